import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { createMailSender } from "#lib/platform/mail-sender.ts";
import { readSmtpUrl } from "#lib/platform/smtp-settings.ts";
import type { Services } from "#lib/core/context.ts";
import { ensureCertificates } from "../emulator/tls.ts";
import { readMail } from "./mail-text.ts";

/** A received e-mail: its envelope, its raw text with headers, and its decoded subject and text. */
type ReceivedMail = {
  from: string;
  to: string[];
  raw: string;
  subject: string;
  text: string;
  isSecure: boolean;
  user: string;
};
type Stage = "greeting" | "login" | "sender" | "recipient" | "message";
type Answer = "accept" | { at: Stage; status: number } | { at: Stage; status: "hang" };

/**
 * Starts a mail server on this machine that stores what it receives and forwards nothing. `answer` makes it refuse a
 * message at some stage, or hang there.
 */
// long: its parts share the connection's state
export async function startMailService({
  tls = "starttls" as "starttls" | "implicit" | "none",
  login = null as { user: string; password: string } | null,
  port: wantedPort = 0,
  certificates = process.env.POCKETSOC_TEST_CA_DIR ?? join(".pocketsoc", "test-ca"),
  onReceived = (_mail: ReceivedMail): void => {},
} = {}) {
  const { key, cert } = await ensureCertificates(certificates);
  const received: ReceivedMail[] = [];
  let wanted: Answer = "accept";
  /**
   * Answers one stage of the SMTP conversation: with success, with the error that the test has set for this stage, or not
   * at all.
   */
  const reply = (stage: Stage, call: (error?: Error) => void): void => {
    if (wanted === "accept" || wanted.at !== stage) return call();
    if (wanted.status === "hang") return;
    call(Object.assign(new Error("as the test wants it"), { responseCode: wanted.status }));
  };
  const server = new SMTPServer({
    key,
    cert,
    secure: tls === "implicit",
    disabledCommands: tls === "starttls" ? [] : ["STARTTLS"],
    authOptional: login === null,
    allowInsecureAuth: tls === "none",
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (_session, call) => reply("greeting", call),
    onMailFrom: (_address, _session, call) => reply("sender", call),
    onRcptTo: (_address, _session, call) => reply("recipient", call),
    onAuth: (auth, _session, call) =>
      reply("login", (error) => {
        const isRight = auth.username === login?.user && auth.password === login?.password;
        if (error) call(error);
        else if (isRight) call(null, { user: auth.username });
        else call(Object.assign(new Error("no such login"), { responseCode: 535 }));
      }),
    onData: (stream, session, call) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () =>
        reply("message", (error) => {
          const { mailFrom, rcptTo } = session.envelope;
          if (!error) {
            const raw = Buffer.concat(chunks).toString("utf8");
            const mail = {
              ...readMail(raw),
              from: mailFrom ? mailFrom.address : "",
              to: rcptTo.map(({ address }) => address),
              raw,
              isSecure: session.secure,
              user: session.user ?? "",
            };
            received.push(mail);
            onReceived(mail);
          }
          call(error);
        }),
      );
    },
  });
  // some tests hang up in the middle
  server.on("error", () => {});
  server.listen(wantedPort, "localhost");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  const credentials = login ? `${login.user}:${encodeURIComponent(login.password)}@` : "";
  const url = `${tls === "implicit" ? "smtps" : "smtp"}://${credentials}localhost:${port}`;
  return {
    port,
    /** the server's address for POCKETSOC_SMTP_URL, with the login that the server requires */
    url,
    /** Returns the value for `services.mail` with which a stack sends its e-mails to this server. */
    asWayOut: (from = "soc@contoso.com"): Services["mail"] => {
      const read = readSmtpUrl(url);
      if ("problem" in read) throw new Error(read.problem);
      return { from, send: createMailSender(from, read.settings) };
    },
    received,
    answer: (answer: Answer) => {
      wanted = answer;
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
export type MailService = Awaited<ReturnType<typeof startMailService>>;
