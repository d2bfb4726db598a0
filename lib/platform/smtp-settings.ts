import { isIPv4 } from "node:net";

/** The settings in `POCKETSOC_SMTP_URL`: the mail server and how to connect to it. */
export type SmtpSettings = {
  host: string;
  port: number;
  /** true for TLS from the first byte (smtps), false for STARTTLS */
  isImplicitTls: boolean;
  /** if false, e-mail is sent even without TLS or with an untrusted certificate, when the server offers nothing better */
  isTlsRequired: boolean;
  login: { user: string; password: string } | null;
};

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** Whether a text is exactly one ASCII e-mail address (RFC 5321), without a display name or quotes. */
export function isMailbox(text: string): boolean {
  const at = text.lastIndexOf("@");
  const [name, host] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || text.length > 254 || name.length > 64) return false;
  return localPart.test(name) && host.split(".").every((part) => label.test(part));
}

const isLoopback = (host: string) =>
  host === "localhost" || host === "[::1]" || (isIPv4(host) && host.startsWith("127."));

/**
 * Parses `smtp://user:password@host:port` or `smtps://…`. The default ports are 587 and 465. `problem` is the end of a
 * sentence that begins with the setting's name; it never contains the password.
 */
export function readSmtpUrl(text: string): { settings: SmtpSettings } | { problem: string } {
  const url = URL.parse(text);
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname)
    return {
      problem: "must be smtp:// or smtps:// with a host, as in smtps://user:password@mail.contoso.com.",
    };
  if (!/^\/?$/.test(url.pathname) || url.hash) return { problem: "must end after the host and its port." };
  const isImplicitTls = url.protocol === "smtps:";
  if (url.search && (isImplicitTls || url.search !== "?tls=optional"))
    return {
      problem: "may have only tls=optional after the question mark, and that with smtp:// only.",
    };
  if (url.port === "0") return { problem: "must name a port between 1 and 65535." };
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === null || password === null)
    return {
      problem: "has a user or password with a % that isn't followed by two digits; write % itself as %25.",
    };
  if (Boolean(user) !== Boolean(password))
    return { problem: "must have both a user and a password, or neither." };
  return {
    settings: {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (isImplicitTls ? 465 : 587),
      isImplicitTls,
      isTlsRequired: isImplicitTls || (url.search === "" && !isLoopback(url.hostname)),
      login: user && password ? { user, password } : null,
    },
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // a malformed %
    return null;
  }
}
