import { expect, it } from "vitest";
import { isMailbox, readSmtpUrl } from "./smtp-settings.ts";

const defaults = {
  host: "mail.contoso.com",
  port: 587,
  isImplicitTls: false,
  isTlsRequired: true,
  login: null,
};

it.each([
  ["smtp://mail.contoso.com", defaults],
  ["smtp://mail.contoso.com/?tls=optional", { ...defaults, isTlsRequired: false }],
  ["smtp://127.0.0.1:25", { ...defaults, host: "127.0.0.1", port: 25, isTlsRequired: false }],
  ["smtp://[::1]:25", { ...defaults, host: "::1", port: 25, isTlsRequired: false }],
  ["smtp://localhost.contoso.com", { ...defaults, host: "localhost.contoso.com" }],
  ["smtp://127.contoso.com", { ...defaults, host: "127.contoso.com" }],
  ["smtps://localhost", { ...defaults, host: "localhost", port: 465, isImplicitTls: true }],
  [
    "smtps://soc%40contoso.com:p%3Ass%25@mail.contoso.com",
    { ...defaults, port: 465, isImplicitTls: true, login: { user: "soc@contoso.com", password: "p:ss%" } },
  ],
])("%s reads as %j", (text, settings) => {
  expect(readSmtpUrl(text)).toEqual({ settings });
});

it.each([
  "mail.contoso.com",
  "smtp:mail.contoso.com",
  "https://mail.contoso.com",
  "smtp://mail.contoso.com/inbox",
  "smtp://mail.contoso.com?tls=none",
  "smtps://mail.contoso.com?tls=optional",
  "smtp://mail.contoso.com:0",
  "smtp://hunter2@mail.contoso.com",
  "smtp://:hunter2@mail.contoso.com",
  "smtp://soc:hunter2%zz@mail.contoso.com",
])("%s is refused, without its password", (text) => {
  const read = readSmtpUrl(text);
  expect(read).toEqual({ problem: expect.stringMatching(/^[a-z].+\.$/) });
  expect(JSON.stringify(read)).not.toContain("hunter2");
});

it.each(["soc@contoso.com", "on.call+high@soc.contoso.com", "root@localhost"])("%s is a mailbox", (text) => {
  expect(isMailbox(text)).toBe(true);
});

it.each([
  "",
  "soc",
  "@contoso.com",
  "soc@",
  "soc@contoso..com",
  "soc@-contoso.com",
  ".soc@contoso.com",
  "SOC <soc@contoso.com>",
  '"a@evil.example"@contoso.com',
  "soc@contoso.com,ana@contoso.com",
  "soc@contoso.com\r\nBcc: eve@evil.example",
  "soc@contoso.com\n",
  "soc@contoso.com>",
  "söc@contoso.com",
  `${"a".repeat(65)}@contoso.com`,
])("%j isn't a mailbox", (text) => {
  expect(isMailbox(text)).toBe(false);
});
