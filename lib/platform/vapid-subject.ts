const reserved = /^(localhost|local|test|invalid|example|internal|lan|home|corp|arpa|onion)$/;

/**
 * Whether a text can be the VAPID subject (RFC 8292): an https address or a `mailto:` address, at a public host. Apple's
 * push service answers 403 to every message with any other subject.
 */
export function isVapidSubject(text: string): boolean {
  const mail = /^mailto:[^@\s?]+@([^@\s/?]+)$/.exec(text)?.[1];
  const url = URL.parse(text);
  const host = mail ?? (url?.protocol === "https:" && !url.username ? url.hostname : "");
  const labels = host.toLowerCase().split(".");
  const last = labels.at(-1) ?? "";
  if (labels.length < 2 || labels.some((label) => !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label)))
    return false;
  return /[a-z]/.test(last) && last.length > 1 && !reserved.test(last);
}
