/** Decodes the subject and the text of a plain-text e-mail (RFC 2045 and 2047, UTF-8 only). */
export function readMail(raw: string): { subject: string; text: string } {
  const end = raw.indexOf("\r\n\r\n");
  const head = raw.slice(0, end).replace(/\r\n[ \t]+/g, " ");
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? "";
  return {
    subject: words(header("Subject")),
    text: body(raw.slice(end + 4), header("Content-Transfer-Encoding").toLowerCase()),
  };
}

const words = (text: string) =>
  text
    // whitespace between two encoded words is dropped
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, inner: string) =>
      how.toLowerCase() === "b"
        ? Buffer.from(inner, "base64").toString("utf8")
        : quoted(inner.replaceAll("_", " ")),
    );

function body(text: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(text, "base64").toString("utf8");
  return encoding === "quoted-printable" ? quoted(text.replace(/=\r\n/g, "")) : text;
}

const quoted = (text: string) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");
