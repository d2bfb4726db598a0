import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type MailService, startMailService } from "#test/mail-service.ts";
import { createMailSender } from "./mail-sender.ts";
import { readSmtpUrl, type SmtpSettings } from "./smtp-settings.ts";

const id = "01890a5d-ac96-774b-bcce-b302099a8057";
const message = {
  to: "ana@contoso.com",
  subject: "High: new alert",
  text: "Look.",
  messageId: id,
};
const login = { user: "soc", password: "p@ss:word" };

let service: MailService | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function start(options?: Parameters<typeof startMailService>[0]): Promise<MailService> {
  service = await startMailService(options);
  return service;
}

function senderFor(url: string, change: Partial<SmtpSettings> = {}, timeoutMs = 15_000) {
  const read = readSmtpUrl(url);
  if ("problem" in read) throw new Error(read.problem);
  return createMailSender("soc@contoso.com", { ...read.settings, ...change }, timeoutMs);
}

it("sends an e-mail over STARTTLS, with the same Message-ID at every attempt", async () => {
  const mail = await start();
  const { send } = mail.asWayOut("soc@contoso.com");
  expect(await send(message)).toEqual({ outcome: "accepted" });
  expect(await send(message)).toEqual({ outcome: "accepted" });
  const [first, second] = mail.received;
  expect(first).toMatchObject({ from: "soc@contoso.com", to: ["ana@contoso.com"], isSecure: true });
  expect(first?.raw).toMatch(/^From: PocketSOC <soc@contoso\.com>\r$/m);
  expect(first?.raw).toMatch(/^To: ana@contoso\.com\r$/m);
  expect(first?.raw).toMatch(/^Subject: High: new alert\r$/m);
  expect(first?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  for (const mail of [first, second])
    expect(mail?.raw).toMatch(new RegExp(`^Message-ID: <${id}@contoso\\.com>\\r$`, "m"));
});

it("writes every line break as CRLF, so that no text can end the message early", async () => {
  const mail = await start();
  const { send } = mail.asWayOut("soc@contoso.com");
  const text = "a\r.\rMAIL FROM:<x@y>\n.\nb\r\n.\r\nc\u0085.\u2028d";
  expect(await send({ ...message, text })).toEqual({ outcome: "accepted" });
  expect(mail.received).toHaveLength(1);
  expect(mail.received[0]?.raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  expect(mail.received[0]?.text.trim().split(/\r?\n/)).toEqual([
    "a",
    ".",
    "MAIL FROM:<x@y>",
    ".",
    "b",
    ".",
    "c",
    ".",
    "d",
  ]);
});

it("logs in over implicit TLS and over STARTTLS", async () => {
  for (const tls of ["implicit", "starttls"] as const) {
    const mail = await start({ tls, login });
    expect(await senderFor(mail.url)(message)).toEqual({ outcome: "accepted" });
    expect(mail.received).toMatchObject([{ user: "soc", isSecure: true }]);
    await mail.stop();
  }
});

it("sends without TLS to the local machine, but not if TLS is required", async () => {
  const mail = await start({ tls: "none" });
  expect(await senderFor(mail.url)(message)).toEqual({ outcome: "accepted" });
  expect(mail.received).toMatchObject([{ isSecure: false }]);
  const answer = await senderFor(mail.url, { isTlsRequired: true })(message);
  expect(answer).toMatchObject({ outcome: "misconfigured", problem: expect.stringContaining("no TLS") });
  expect(mail.received).toHaveLength(1);
  const early = await senderFor(mail.url.replace("smtp:", "smtps:"))(message);
  expect(early).toMatchObject({ outcome: "misconfigured", problem: expect.stringContaining("no TLS") });
});

it("sends no password to a server with an untrusted certificate, unless TLS is optional", async () => {
  const certificates = mkdtempSync(join(tmpdir(), "pocketsoc-mail-"));
  for (const tls of ["implicit", "starttls"] as const) {
    const mail = await start({ tls, login, certificates });
    mail.answer({ at: "login", status: 535 });
    const answer = await senderFor(mail.url, { isTlsRequired: true })(message);
    expect(answer).toMatchObject({ outcome: "misconfigured", problem: expect.stringContaining("trusted") });
    await mail.stop();
  }
  const mail = await start({ login, certificates });
  expect(await senderFor(mail.url)(message)).toEqual({ outcome: "accepted" });
  expect(mail.received).toMatchObject([{ isSecure: true }]);
  rmSync(certificates, { recursive: true });
});

it.each([
  ["greeting", 554, { outcome: "misconfigured", problem: expect.stringContaining("turns this portal away") }],
  ["greeting", 421, { outcome: "later" }],
  ["login", 535, { outcome: "misconfigured", said: "", problem: expect.stringContaining("password") }],
  ["login", 454, { outcome: "later" }],
  ["sender", 550, { outcome: "misconfigured", problem: expect.stringContaining("POCKETSOC_MAIL_FROM") }],
  ["sender", 451, { outcome: "later" }],
  ["sender", 530, { outcome: "misconfigured", problem: expect.stringContaining("password") }],
  ["recipient", 550, { outcome: "refused", said: expect.stringContaining("as the test wants it") }],
  ["recipient", 450, { outcome: "later" }],
  ["message", 554, { outcome: "refused" }],
  ["message", 452, { outcome: "later" }],
] as const)("returns, after the server answers the %s with %i, %j", async (at, status, answer) => {
  const mail = await start({ login });
  mail.answer({ at, status });
  expect(await senderFor(mail.url)(message)).toMatchObject({ ...answer, status });
  expect(mail.received).toEqual([]);
});

it("reports a wrong password, and a missing login, as misconfigured", async () => {
  const mail = await start({ login });
  const wrong = await senderFor(mail.url, { login: { user: "soc", password: "hunter2" } })(message);
  expect(wrong).toMatchObject({ outcome: "misconfigured", status: 535 });
  expect(JSON.stringify(wrong)).not.toContain("hunter2");
  const without = await senderFor(mail.url, { login: null })(message);
  expect(without).toMatchObject({
    outcome: "misconfigured",
    problem: expect.stringContaining("wants a user"),
  });
});

it.each(["greeting", "login", "sender", "recipient", "message"] as const)(
  "gives up when the server hangs at the %s",
  async (at) => {
    const mail = await start({ login });
    mail.answer({ at, status: "hang" });
    expect(await senderFor(mail.url, {}, 300)(message)).toMatchObject({ outcome: "later", status: null });
  },
);

it("answers later when the port is closed, the server hangs up or the name is unknown", async () => {
  const closing = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => closing.listen(0, "localhost", resolve));
  const { port } = closing.address() as AddressInfo;
  const later = { outcome: "later", status: null };
  expect(await senderFor(`smtp://localhost:${port}`)(message)).toMatchObject(later);
  expect(await senderFor(`smtps://localhost:${port}`)(message)).toMatchObject(later);
  await new Promise((resolve) => closing.close(resolve));
  expect(await senderFor(`smtp://localhost:${port}`)(message)).toMatchObject(later);
  expect(await senderFor("smtp://nobody.invalid", {}, 2_000)(message)).toMatchObject(later);
});

it("keeps hostile text out of the headers and of the SMTP conversation", async () => {
  const mail = await start();
  const send = senderFor(mail.url);
  const subject = `High: \r\nBcc: eve@evil.example\r\n\r\n<script>\u2028${"ü".repeat(900)}`;
  const text = "one\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n\0\ud800 two";
  expect(await send({ ...message, subject, text })).toEqual({ outcome: "accepted" });
  const [first] = mail.received;
  expect(first?.raw.split("\r\n\r\n")[0]).not.toMatch(/^bcc/im);
  expect(first?.subject).toBe(`High:  Bcc: eve@evil.example <script> ${"ü".repeat(900)}`.slice(0, 200));
  expect(first?.text.trimEnd()).toBe("one\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n\ufffd\ufffd two");
  expect(mail.received).toHaveLength(1);
  for (const to of ["a@b.example\r\nRCPT TO:<eve@evil.example>", "a@b.example, eve@evil.example", ""])
    expect(await send({ ...message, to })).toEqual({ outcome: "refused", status: null, said: "" });
  await expect(send({ ...message, messageId: "1>\r\nBcc: eve@evil.example" })).rejects.toThrow("UUID");
  expect(mail.received).toHaveLength(1);
});
