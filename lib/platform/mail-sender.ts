import { once } from "node:events";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import SMTPConnection from "nodemailer/lib/smtp-connection/index.js";
import { isMailbox, type SmtpSettings } from "./smtp-settings.ts";

type MailMessage = {
  /** exactly one e-mail address */
  to: string;
  subject: string;
  /** the e-mail's plain text */
  text: string;
  /** a UUID; two e-mails with the same id get the same Message-ID, so a mail client recognises the second as a copy */
  messageId: string;
};
/**
 * The mail server's answer. `refused`: the server refuses this address or this message. `misconfigured`: the server refuses
 * everything from this portal, and `problem` says where to look. `later`: a retry may succeed. `said` is the server's own
 * text, for the log.
 */
type MailAnswer =
  | { outcome: "accepted" }
  | { outcome: "refused" | "later"; status: number | null; said: string }
  | { outcome: "misconfigured"; status: number | null; said: string; problem: string };
export type MailSender = (message: MailMessage) => Promise<MailAnswer>;

const subjectLengthMax = 200;
/** how long the server may take to close the connection after QUIT */
const lingerMs = 2_000;
/** matches Node's error codes for an answer that isn't TLS, and our own code UNTRUSTED for an untrusted certificate */
const noTls = /^(ERR_SSL_.*|EPROTO|UNTRUSTED)$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const problems = {
  none: "No e-mail can be sent: POCKETSOC_SMTP_URL is not set.",
  login: "The mail server refuses the user and password in POCKETSOC_SMTP_URL.",
  noLogin: "The mail server wants a user and a password; put them into POCKETSOC_SMTP_URL.",
  sender: "The mail server doesn't send for the address in POCKETSOC_MAIL_FROM.",
  tls: "The mail server has no TLS, or a certificate that isn't trusted; see POCKETSOC_SMTP_URL and NODE_EXTRA_CA_CERTS.",
  server: "The mail server turns this portal away; see whether POCKETSOC_SMTP_URL names the right one.",
};

/**
 * Returns a function that sends plain-text e-mail from `from` by SMTP, over a new connection for each e-mail. If the server
 * can't be reached, or takes longer than `timeoutMs` in all, the answer is `later`. The function throws only if `messageId`
 * isn't a UUID.
 */
export function createMailSender(from: string, smtp: SmtpSettings, timeoutMs = 15_000): MailSender {
  return async ({ to, subject, text, messageId }) => {
    if (!uuid.test(messageId)) throw new Error("the id of an e-mail must be a UUID");
    if (!isMailbox(to)) return { outcome: "refused", status: null, said: "" };
    const mail = new MailComposer({
      from: { name: "PocketSOC", address: from },
      to: { name: "", address: to },
      subject: oneLine(subject),
      text: plainText(text),
      messageId: `<${messageId}@${from.slice(from.lastIndexOf("@") + 1)}>`,
      headers: { "Auto-Submitted": "auto-generated" },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return deliver(smtp, { from, to: [to] }, await mail.compile().build(), timeoutMs);
  };
}

/** The sender for an installation without a mail server: the answer to every message is `misconfigured`. */
export const sendNoMail: MailSender = () =>
  Promise.resolve({ outcome: "misconfigured", status: null, said: "", problem: problems.none });

/**
 * Makes a text safe for the body of an e-mail. Every line break becomes one line feed, which the composer writes as CRLF: a
 * lone CR or LF ends a line for some servers only, which lets a text end the message early (SMTP smuggling).
 */
const plainText = (text: string) =>
  text
    .toWellFormed()
    .replaceAll("\0", "\ufffd")
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n");

/** Removes line breaks and control characters from a text for a mail header, and cuts the text to the maximum length. */
const oneLine = (text: string) =>
  [
    ...text
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
      .trim(),
  ]
    .slice(0, subjectLengthMax)
    .join("");

async function deliver(
  smtp: SmtpSettings,
  envelope: SMTPConnection.Envelope,
  mail: Buffer,
  timeoutMs: number,
): Promise<MailAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { host, port, isImplicitTls, isTlsRequired } = smtp;
  // `converse` checks the certificate before it logs in: the library would hide the reason for a refusal
  const tls = { rejectUnauthorized: false };
  const socket: Socket = isImplicitTls
    ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...tls })
    : connectPlain({ host, port });
  // an error after the answer changes nothing
  socket.on("error", () => {});
  try {
    await once(socket, isImplicitTls ? "secureConnect" : "connect", { signal });
    const connection = new SMTPConnection({
      host,
      connection: socket,
      secure: isImplicitTls,
      secured: isImplicitTls,
      requireTLS: isTlsRequired,
      tls,
    });
    await converse(connection, smtp, envelope, mail, signal);
    connection.quit();
    setTimeout(() => socket.destroy(), lingerMs).unref();
    return { outcome: "accepted" };
  } catch (error) {
    socket.destroy();
    return answerOf(error as SMTPConnection.SMTPError, smtp.login !== null);
  }
}

/** Logs in and sends the mail. Resolves once the server has accepted it. */
function converse(
  connection: SMTPConnection,
  { login, isTlsRequired }: SmtpSettings,
  envelope: SMTPConnection.Envelope,
  mail: Buffer,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.on("error", reject);
    connection.on("end", () => reject(new Error("the mail server hung up")));
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    const send = () => connection.send(envelope, mail, (error) => (error ? reject(error) : resolve()));
    connection.connect((refused) => {
      if (refused) return reject(refused);
      if (isTlsRequired && !isTrusted(connection._socket))
        return reject(Object.assign(new Error("the certificate isn't trusted"), { code: "UNTRUSTED" }));
      if (!login) return send();
      const credentials = { user: login.user, pass: login.password };
      connection.login({ credentials }, (error) => (error ? reject(error) : send()));
    });
  });
}

const isTrusted = (socket: unknown) => socket instanceof TLSSocket && socket.authorized;

/** Returns the answer for an SMTP failure. The failed command and the server's status decide (RFC 5321, RFC 4954). */
function answerOf(error: SMTPConnection.SMTPError, hasLogin: boolean): MailAnswer {
  const { code, command, responseCode } = error;
  const status = responseCode ?? null;
  // a server's answer to a login may repeat the password
  const said = code === "EAUTH" ? "" : oneLine(error.response ?? "");
  const misconfigured = (problem: string): MailAnswer => ({
    outcome: "misconfigured",
    status,
    said,
    problem,
  });
  if (status !== null && status < 500) return { outcome: "later", status, said };
  if (code === "EAUTH") return misconfigured(problems.login);
  if (noTls.test(code ?? "") || (code === "ETLS" && command === "STARTTLS"))
    return misconfigured(problems.tls);
  if (status === null) return { outcome: "later", status, said };
  if (status === 530) return misconfigured(hasLogin ? problems.login : problems.noLogin);
  if (command === "RCPT TO" || command === "DATA") return { outcome: "refused", status, said };
  return misconfigured(command === "MAIL FROM" ? problems.sender : problems.server);
}
