import { readdirSync } from "node:fs";
import { encode } from "next-auth/jwt";
import { NextRequest } from "next/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { logger } from "#lib/platform/logger.ts";
import { config, proxy } from "./proxy.ts";
import { portalWithoutDatabase } from "./test/web-process.ts";

const origin = "http://localhost:3000";
const settings = portalWithoutDatabase(origin);
beforeEach(() => {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function policyUnder(nodeEnv: string | undefined): Promise<string> {
  vi.stubEnv("NODE_ENV", nodeEnv);
  const { headers } = await proxy(new NextRequest("http://localhost:3000/detections"));
  return (headers.get("content-security-policy") ?? "").replaceAll(/'nonce-[\w+/=]{20,}'/g, "'nonce'");
}

/** The complete Content-Security-Policy of production, word for word. A looser policy therefore fails this test. */
const production =
  "default-src 'self'; script-src 'self' 'nonce' 'strict-dynamic'; style-src 'self' 'nonce'; " +
  "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; manifest-src 'self'";

it("allows a page only the portal's own resources unless NODE_ENV is development", async () => {
  for (const nodeEnv of ["production", "test", "", undefined, "Development"])
    expect(await policyUnder(nodeEnv)).toBe(production);
});

it("allows in development only what hot reload needs as well", async () => {
  expect(await policyUnder("development")).toBe(
    production
      .replace("'strict-dynamic'", "'strict-dynamic' 'unsafe-eval'")
      .replace("style-src 'self' 'nonce'", "style-src 'self' 'unsafe-inline'")
      .replace("connect-src 'self'", "connect-src 'self' ws://localhost:3000"),
  );
});

it("gives every answer a new nonce", async () => {
  const policyOfPage = async () =>
    (await proxy(new NextRequest(`${origin}/`))).headers.get("content-security-policy");
  expect(await policyOfPage()).not.toBe(await policyOfPage());
});

it("settles the portal's address for Next, whatever a reverse proxy says", async () => {
  const said = {
    host: "backend.internal",
    "x-forwarded-host": "a.example, b.example",
    "x-forwarded-proto": "https",
    forwarded: "host=evil.example;proto=https",
  };
  const { headers } = await proxy(new NextRequest(`${origin}/sign-in`, { headers: said }));
  // how Next is told the headers that it shall read
  const heard = (name: string) => headers.get(`x-middleware-request-${name}`);
  expect([heard("x-forwarded-host"), heard("x-forwarded-proto")]).toEqual(["localhost:3000", "http"]);
  expect(headers.get("x-middleware-override-headers")?.split(",")).not.toContain("forwarded");
});

describe("requests that change something", () => {
  const sealed = (secret: string, maxAge = 60) => encode({ token: { sessionId: "x" }, secret, maxAge });
  const call = { "next-action": "7f".padEnd(42, "0"), "content-type": "text/plain;charset=UTF-8" };
  const post = async (path: string, given: Record<string, string>, body: BodyInit = "[]") => {
    vi.spyOn(logger, "info").mockReturnValue();
    const headers = { ...call, ...given };
    const request = new NextRequest(`${origin}${path}`, { method: "POST", headers, body, duplex: "half" });
    return (await proxy(request)).status;
  };
  const length = { "content-length": "50" };

  it("pass with our origin and a cookie that we sealed", async () => {
    const cookie = `pocketsoc.session=${await sealed(settings.POCKETSOC_SESSION_SECRET)}`;
    expect(await post("/settings", { origin, cookie })).toBe(200);
    expect(await post("/settings", { origin, cookie, "content-length": "131073" })).toBe(413);
  });

  it.each([
    ["without an origin", {}],
    ["from another origin", { origin: "https://evil.example" }],
    ["from an origin that begins as ours", { origin: `${origin}.evil.example` }],
    ["from a document without an origin", { origin: "null" }],
    ["with our origin twice", { origin: `${origin}, ${origin}` }],
  ])("end %s, whatever their cookie", async (_name, headers) => {
    const cookie = `pocketsoc.session=${await sealed(settings.POCKETSOC_SESSION_SECRET)}`;
    for (const path of ["/settings", "/login-link"])
      expect(await post(path, { ...length, ...headers, cookie } as Record<string, string>)).toBe(403);
  });

  it("end without a cookie of ours, except at the pages of one-time links", async () => {
    expect(await post("/settings", { origin })).toBe(401);
    for (const cookie of [
      "x",
      await sealed("another secret of thirty-two letters"),
      await sealed(settings.POCKETSOC_SESSION_SECRET, -60),
    ])
      expect(await post("/settings", { origin, cookie: `pocketsoc.session=${cookie}` })).toBe(401);
    for (const path of ["/login-link", "/first-admin"]) {
      expect(await post(path, { origin, ...length })).toBe(200);
      expect(await post(path, { origin, "content-length": "2049" })).toBe(413);
      expect(await post(path, { origin })).toBe(411);
    }
  });

  it("end unless they call an action as pages do", async () => {
    const cookie = `pocketsoc.session=${await sealed(settings.POCKETSOC_SESSION_SECRET)}`;
    const given = { origin, cookie };
    expect(await post("/settings", given, '["id",{"note":"$undefined"}]')).toBe(200);
    expect(await post("/settings", given, '["$F1"]')).toBe(400);
    for (const [name, value] of [
      ["next-action", ""],
      ["next-action", "7f"],
      ["content-type", "multipart/form-data; boundary=x"],
    ] as const)
      expect(await post("/settings", { ...given, [name]: value })).toBe(400);
    const long = new ReadableStream<Uint8Array>({
      pull: (stream) => stream.enqueue(new Uint8Array(65_536).fill(0x20)),
    });
    expect(await post("/settings", given, long)).toBe(413);
  });

  it("end when their body takes longer than 10 s", async () => {
    const cookie = `pocketsoc.session=${await sealed(settings.POCKETSOC_SESSION_SECRET)}`;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const answer = post("/settings", { origin, cookie }, new ReadableStream());
      // the cookie is decoded first
      while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(10_000);
      expect(await answer).toBe(408);
    } finally {
      vi.useRealTimers();
    }
  });

  it("leave one line in the log when they are refused", async () => {
    await post("/settings", { origin });
    expect(vi.mocked(logger.info).mock.calls).toEqual([
      [{ event: "access.refused", at: "page", status: 401, reason: "no_session" }],
    ]);
  });
});

it("runs for everything but the API, the build's files and public files, each by its whole name", () => {
  const matches = (path: string) => new RegExp(`^${config.matcher[0]}$`).test(path);
  const files = readdirSync("public", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${entry.parentPath}/${entry.name}`.replace("/public/", "/"));
  expect(files.length).toBeGreaterThan(8);
  for (const path of [
    ...files,
    "/manifest.webmanifest",
    "/icon.svg",
    "/apple-icon.png",
    "/api/x",
    "/_next/static/x.js",
  ])
    expect([path, matches(path)]).toEqual([path, false]);
  for (const path of [...files.map((file) => `${file}x`), ...files.map((file) => `/x${file}`)])
    expect([path, matches(path)]).toEqual([path, true]);
  for (const path of [
    "/",
    "/detections",
    "/templates/x",
    "/icons/",
    "/apix",
    "/favicon.ico",
    "/_next/image",
    "/a.rsc",
  ])
    expect([path, matches(path)]).toEqual([path, true]);
});
