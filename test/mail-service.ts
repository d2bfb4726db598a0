import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { createMailSender } from "#lib/platform/mail-sender.ts";
import { readSmtpUrl } from "#lib/platform/smtp-settings.ts";
import type { Services } from "#lib/core/context.ts";
import { ensureCertificates } from "../emulator/tls.ts";
import { readMail } from "./mail-text.ts";

/** What a mail server took: its envelope, the message as it came, headers and all, and as its reader sees it. */
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
 * A mail server on this machine that keeps what it gets and sends nothing on. `answer` has it turn a message away at
 * some stage, or hang there. It stands in for a company's own, and proves nothing of what filters spam.
 */
// long: its parts share what a connection has said so far
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
  /** Calls back with an error of that status, never, or lets it pass. */
  const meet = (stage: Stage, call: (error?: Error) => void): void => {
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
    onConnect: (_session, call) => meet("greeting", call),
    onMailFrom: (_address, _session, call) => meet("sender", call),
    onRcptTo: (_address, _session, call) => meet("recipient", call),
    onAuth: (auth, _session, call) =>
      meet("login", (error) => {
        const isRight = auth.username === login?.user && auth.password === login?.password;
        if (error) call(error);
        else if (isRight) call(null, { user: auth.username });
        else call(Object.assign(new Error("no such login"), { responseCode: 535 }));
      }),
    onData: (stream, session, call) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () =>
        meet("message", (error) => {
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
  // a client that hangs up in the middle is what some tests are about
  server.on("error", () => {});
  server.listen(wantedPort, "localhost");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  const credentials = login ? `${login.user}:${encodeURIComponent(login.password)}@` : "";
  const url = `${tls === "implicit" ? "smtps" : "smtp"}://${credentials}localhost:${port}`;
  return {
    port,
    /** as POCKETSOC_SMTP_URL takes it, with the login that it wants */
    url,
    /** what a stack's services send by: `services.mail = mail.asWayOut()` */
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
