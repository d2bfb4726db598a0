import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readEnv, settingsFor } from "./env.ts";

const validSettings = () => ({
  POCKETSOC_URL: "https://soc.contoso.example",
  POCKETSOC_SESSION_SECRET: "s".repeat(32),
  POCKETSOC_ENTRA_TENANT_ID: "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b",
  POCKETSOC_ENTRA_CLIENT_ID: "5b0c6f2a-6d1e-4c7a-9a3b-2f4e6d8c0a11",
  POCKETSOC_ENTRA_CLIENT_SECRET: "a-secret",
  POCKETSOC_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  DATABASE_URL: "postgres://pocketsoc_app@db/pocketsoc",
});

const problemsOf = (source: Record<string, string | undefined>) => {
  const read = readEnv(source);
  return read.ok ? [] : read.problems.map((problem) => problem.name);
};

describe("settings", () => {
  it("are read when all are valid, with Entra ID's public origin by default", () => {
    const read = readEnv(validSettings());
    expect(read).toMatchObject({
      ok: true,
      env: { signIn: { authorityHost: "https://login.microsoftonline.com" } },
    });
  });

  it("that are missing are all reported at once", () => {
    expect(problemsOf({})).toEqual([
      "POCKETSOC_URL",
      "POCKETSOC_SESSION_SECRET",
      "POCKETSOC_ENTRA_TENANT_ID",
      "POCKETSOC_ENTRA_CLIENT_ID",
      "POCKETSOC_ENTRA_CLIENT_SECRET",
      "POCKETSOC_ENCRYPTION_KEYS",
      "DATABASE_URL",
    ]);
  });

  it.each([
    ["https://soc.contoso.example/", "https://soc.contoso.example"],
    ["HTTPS://SOC.Contoso.example", "https://soc.contoso.example"],
    ["https://soc.contoso.example:443", "https://soc.contoso.example"],
    ["https://soc.contoso.example:8443/", "https://soc.contoso.example:8443"],
    ["https://soc.contoso.example/?", "https://soc.contoso.example"],
    ["https://soc.contoso.example/#", "https://soc.contoso.example"],
    ["https://soc.contoso.example/.", "https://soc.contoso.example"],
    ["https:soc.contoso.example", "https://soc.contoso.example"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
    ["http://localhost:80", "http://localhost"],
  ])("take %s as the address %s, which browsers send as Origin", (given, origin) => {
    const read = readEnv({ ...validSettings(), POCKETSOC_URL: given });
    expect(read.ok && read.env.portalUrl).toBe(origin);
  });

  it("name the proxy, or none", () => {
    const proxyOf = (more: Record<string, string>) => {
      const read = readEnv({ ...validSettings(), ...more });
      return read.ok ? read.env.proxy : undefined;
    };
    expect(proxyOf({})).toBeNull();
    expect(proxyOf({ https_proxy: "http://proxy.example.com:3128" })).toMatchObject({
      name: "proxy.example.com:3128",
    });
  });

  it.each([
    ["POCKETSOC_URL", "http://soc.contoso.example"],
    ["POCKETSOC_URL", "https://soc.contoso.example/portal"],
    ["POCKETSOC_URL", "soc.contoso.example"],
    ["POCKETSOC_URL", "https://soc.contoso.example//"],
    ["POCKETSOC_URL", "https://:word@soc.contoso.example"],
    ["POCKETSOC_URL", "https://soc.contoso.example/?x"],
    ["POCKETSOC_URL", "http://192.0.2.7:3000"],
    ["POCKETSOC_SESSION_SECRET", "short"],
    ["POCKETSOC_SESSION_SECRET", `"${"s".repeat(32)}"`],
    ["POCKETSOC_ENTRA_CLIENT_SECRET", "'a-secret'"],
    ["DATABASE_URL", '"postgres://pocketsoc_app@db/pocketsoc"'],
    ["POCKETSOC_ENTRA_TENANT_ID", "../../evil"],
    ["AZURE_AUTHORITY_HOST", "http://localhost:9443"],
    ["POCKETSOC_ENCRYPTION_KEYS", "k1:c2hvcnQ="],
    ["POCKETSOC_ENCRYPTION_KEYS", "no-colon"],
    ["POCKETSOC_UNDO_SECONDS", "soon"],
    ["POCKETSOC_NOTE_REQUIRED", "dismissed,closed"],
    ["DATABASE_URL", "mysql://db"],
    ["POCKETSOC_SMTP_URL", "mail.contoso.com"],
    ["POCKETSOC_MAIL_FROM", "PocketSOC"],
    ["POCKETSOC_MAIL_FROM", undefined],
    ["HTTPS_PROXY", "socks5://proxy:1080"],
    ["HTTPS_PROXY", "none"],
    ["https_proxy", "http://user:pass#word@proxy:3128"],
  ])("refuse %s=%s", (name, value) => {
    const mail = { POCKETSOC_SMTP_URL: "smtp://mail.contoso.com", POCKETSOC_MAIL_FROM: "soc@contoso.com" };
    expect(problemsOf({ ...validSettings(), ...mail, [name]: value })).toEqual([name]);
  });

  it("with a problem never show a secret's value", () => {
    const read = readEnv({
      ...validSettings(),
      POCKETSOC_SESSION_SECRET: "CANARY",
      POCKETSOC_ENCRYPTION_KEYS: "k1:CANARY",
      HTTPS_PROXY: "http://user:CANARY#@proxy:3128",
    });
    expect(JSON.stringify(read)).not.toContain("CANARY");
  });
});

describe("each program", () => {
  const own = {
    ...validSettings(),
    POCKETSOC_SMTP_URL: "smtps://soc:pass-word@mail.contoso.com:465/",
    POCKETSOC_MAIL_FROM: "soc@contoso.com",
    DATABASE_OWNER_URL: "postgres://owner:owner-word@db/pocketsoc",
  };
  const secrets = ["s".repeat(32), "a-secret", "pass-word", "owner-word"];
  const handedTo = (program: Parameters<typeof settingsFor>[0]) => ({ ...own, ...settingsFor(program, own) });

  it.each([
    ["web", ["s".repeat(32), "a-secret"]],
    ["worker", ["pass-word"]],
    ["receiver", []],
  ] as const)("gets only its own secrets, and starts without the others: %s", (program, known) => {
    const text = JSON.stringify(handedTo(program));
    expect(secrets.filter((secret) => text.includes(secret))).toEqual(known);
    expect(readEnv(handedTo(program), program)).toMatchObject({ ok: true });
  });

  it("knows whether e-mail is set up, if it shows that", () => {
    for (const program of ["web", "worker"] as const)
      expect(readEnv(handedTo(program), program)).toMatchObject({
        env: { mail: { from: "soc@contoso.com", isLoginHeld: program === "web" } },
      });
    const open = { ...own, POCKETSOC_SMTP_URL: "smtp://127.0.0.1:25" };
    expect(readEnv({ ...open, ...settingsFor("web", open) }, "web")).toMatchObject({
      env: { mail: { isLoginHeld: false } },
    });
  });
});

it("listens on this machine only, unless POCKETSOC_BIND names another of its addresses", () => {
  expect(readEnv(validSettings())).toMatchObject({ env: { bindAddress: "127.0.0.1" } });
  for (const address of ["0.0.0.0", "::", "10.1.2.3"])
    expect(readEnv({ ...validSettings(), POCKETSOC_BIND: address })).toMatchObject({
      env: { bindAddress: address },
    });
  for (const address of ["localhost", "*", "10.1.2"])
    expect(problemsOf({ ...validSettings(), POCKETSOC_BIND: address })).toEqual(["POCKETSOC_BIND"]);
});
