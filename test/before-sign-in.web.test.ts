import { existsSync, readFileSync } from "node:fs";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../scripts/ports.ts";
import { rawBytes, rawRequest } from "./raw-request.ts";
import { portalWithoutDatabase, startWebProcess, type WebProcess } from "./web-process.ts";

let web: WebProcess;
/** the portal's own origin, as its pages send it */
let origin: string;
let settings: ReturnType<typeof portalWithoutDatabase>;
beforeAll(async () => {
  const port = await freePort();
  origin = `http://localhost:${port}`;
  settings = portalWithoutDatabase(origin);
  web = await startWebProcess(settings, port);
});
afterAll(() => web.stop("SIGTERM"));

/** Returns the id of an action that a page calls, from the build. */
function actionOf(page: string): string {
  const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as {
    node: Record<string, { workers: Record<string, unknown> }>;
  };
  const [id] = Object.entries(manifest.node).find(([, { workers }]) => Object.hasOwn(workers, page)) ?? [];
  if (!id) throw new Error(`the build has no action of ${page}`);
  return id;
}
/** arguments of an action in which decoding refers to the whole again and again */
const slowArguments = (bytes: number) => JSON.stringify([Array(Math.floor(bytes / 5)).fill("$0")]);
const post = (path: string, headers: Record<string, string>, body = "") =>
  rawRequest(`${web.url}${path}`, { headers, body });
const act = (path: string, page: string, body: string, headers: Record<string, string> = {}) =>
  post(path, { "next-action": actionOf(page), "content-type": "text/plain", ...headers }, body);
const loginLink = "app/(auth)/login-link/page";

/** The processor time that the web process has used, in ms. Outside Linux, the time that has passed. */
function usedMs(): number {
  const file = `/proc/${web.pid}/stat`;
  if (!existsSync(file)) return performance.now();
  const [user = 0, system = 0] =
    readFileSync(file, "utf8").split(") ")[1]?.split(" ").slice(11, 13).map(Number) ?? [];
  return (user + system) * 10;
}
const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${web.pid}/status`, "utf8"))?.[1]) / 1_024;

describe("what a request costs before anybody has signed in", () => {
  const megabyte = slowArguments(950_000);
  const manyCookies = Array.from({ length: 1_800 }, (_, at) => `${at}=1`).join(";");
  /** everything that the portal does for a stranger: what it answers, and how much processor time one request may take */
  const costs: [string, () => Promise<{ status: number }>, status: number, budgetMs: number][] = [
    ["the sign-in page", () => fetch(`${web.url}/sign-in`), 200, 80],
    ["the page of a one-time link", () => fetch(`${web.url}/login-link`), 200, 80],
    ["the first admin's page", () => fetch(`${web.url}/first-admin`), 200, 80],
    ["a guide", () => fetch(`${web.url}/docs/defender-for-cloud`), 200, 150],
    ["a page that isn't there", () => fetch(`${web.url}/nowhere`), 404, 80],
    [
      "a page for people who are signed in",
      () => fetch(`${web.url}/detections`, { redirect: "manual" }),
      307,
      80,
    ],
    ["an address of the API that isn't there", () => fetch(`${web.url}/api/nowhere`), 404, 20],
    ["the API's document", () => fetch(`${web.url}/api/v1/openapi.json`), 200, 20],
    ["the API without credentials", () => fetch(`${web.url}/api/v1/detections`), 401, 20],
    ["the sign-in's token", () => fetch(`${web.url}/api/auth/csrf`), 200, 30],
    ["live", () => fetch(`${web.url}/api/health/live`), 200, 20],
    ["a stranger's action", () => act("/login-link", loginLink, megabyte), 403, 30],
    [
      "an action from another site",
      () => act("/login-link", loginLink, megabyte, { origin: "https://evil.example" }),
      403,
      30,
    ],
    [
      "an action at an open page that is too long",
      () => act("/login-link", loginLink, megabyte, { origin }),
      413,
      30,
    ],
    [
      "an action without a session",
      () => act("/settings/team", loginLink, slowArguments(100_000), { origin }),
      401,
      30,
    ],
    [
      "a form",
      () => post("/login-link", { "content-type": "multipart/form-data; boundary=x" }, megabyte),
      403,
      30,
    ],
    ...["/sign-in", "/detections", "/api/health/live", "/api/v1/detections", "/api/auth/csrf"].map(
      (path): (typeof costs)[number] => [
        `thousands of parameters at ${path}`,
        () => fetch(`${web.url}${path}?${"a&".repeat(6_000)}`),
        400,
        20,
      ],
    ),
    ...(["/api/auth/csrf", "/detections", "/api/v1/detections"] as const).map(
      (path, at): (typeof costs)[number] => [
        `thousands of cookies at ${path}`,
        () => rawRequest(`${web.url}${path}`, { method: "GET", headers: { cookie: manyCookies } }),
        [200, 307, 401][at] ?? 0,
        80,
      ],
    ),
    ["a malformed address", () => rawRequest(`${web.url}/%ZZ`, { method: "GET" }), 400, 20],
  ];

  it.each(costs)("%s keeps to its budget", async (_name, send, status, budgetMs) => {
    const times = 10;
    // compiles what the first request compiles
    expect((await send()).status).toBe(status);
    const before = usedMs();
    for (let sent = 0; sent < times; sent++) expect((await send()).status).toBe(status);
    expect((usedMs() - before) / times).toBeLessThan(budgetMs);
  });
});

describe("server actions", () => {
  it("aren't decoded with a cookie that another secret sealed, or without a length at an open page", async () => {
    const token = await encode({ token: { sessionId: "x" }, secret: "another secret of thirty-two letters" });
    const answer = await act("/settings/team", loginLink, "[]", {
      origin,
      cookie: `pocketsoc.session=${token}`,
    });
    expect([answer.status, answer.body]).toEqual([
      401,
      "Your session has ended. Sign in again; nothing was changed.",
    ]);
    const chunked = `POST /login-link HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nNext-Action: ${actionOf(loginLink)}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`;
    expect(await rawBytes(web.url, chunked)).toContain(" 411 ");
  });

  it("aren't decoded unless they are what pages send, so that nothing is 500 or leaves a stack in the log", async () => {
    const token = await encode({ token: { sessionId: "x" }, secret: settings.POCKETSOC_SESSION_SECRET });
    const before = web.output().length;
    const form = '--x\r\nContent-Disposition: form-data; name="0"\r\n\r\nnull\r\n--x--\r\n';
    const bodies: [body: string, headers?: Record<string, string>][] = [
      ...["", "x", "null", "5", "{}", '["$F1"]', '["$0:constructor:constructor"]', '["$T"]'].map(
        (body): [string] => [body],
      ),
      [slowArguments(2_000)],
      [`[${"[".repeat(900)}${"]".repeat(900)}]`],
      [JSON.stringify(Array(900).fill(1))],
      ["[]", { "next-action": "x" }],
      ["[]", { "content-type": "multipart/form-data" }],
      [form, { "content-type": "multipart/form-data; boundary=x" }],
      ["--x\r\njunk", { "content-type": "multipart/form-data; boundary=x" }],
      ["a=b", { "content-type": "application/x-www-form-urlencoded" }],
    ];
    const given = { origin, host: new URL(origin).host, cookie: `pocketsoc.session=${token}` };
    for (const path of ["/login-link", "/settings/team"])
      for (const [body, headers] of bodies) {
        const answer = await act(path, loginLink, body, { ...given, ...headers });
        expect([path, body, answer.status, answer.body]).toEqual([
          path,
          body,
          400,
          "The request can't be read, so nothing was changed. Reload the page and try again.",
        ]);
      }
    for (const method of ["PUT", "PATCH", "DELETE"])
      expect(
        (await rawRequest(`${web.url}/settings/team`, { method, headers: given, body: "[]" })).status,
      ).toBe(400);
    expect(web.output().slice(before)).not.toMatch(/⨯|Error|\n\s+at /);
  });

  it.each([
    ...[
      "/api",
      "/api/",
      "/api/./",
      "/api/x/..",
      "/api/.rsc",
      "/api/x",
      "/api/v1/",
      "/api/v1/x/",
      "/api/auth/x",
    ],
    ...["/_next/static/", "/_next/static/x/../", "/sw.js", "/sw.js/", "/icon.svg", "/offline.html/../api/"],
    "/templates/pocketsoc-logic-app.json",
  ])("aren't decoded at %s, which proxy.ts may not see", async (path) => {
    const before = web.output().length;
    const multipart = { "next-action": "", "content-type": "multipart/form-data; boundary=x" };
    const field = `--x\r\nContent-Disposition: form-data; name="$ACTION_ID_${actionOf(loginLink)}"\r\n\r\n\r\n--x--\r\n`;
    for (const given of [{}, { origin, host: new URL(origin).host }] as Record<string, string>[])
      for (const [body, headers] of [
        ["null", {}],
        ["--x\r\njunk", multipart],
        [field, multipart],
        [slowArguments(100_000), {}],
      ] as [string, Record<string, string>][]) {
        const { status } = await act(path, loginLink, body, { ...given, ...headers });
        expect([400, 401, 403, 404, 405]).toContain(status);
      }
    expect(web.output().slice(before)).not.toMatch(/⨯|Error|\n\s+at /);
  });

  it("cost little, however the longest body of somebody who has signed in is nested", async () => {
    const token = await encode({ token: { sessionId: "x" }, secret: settings.POCKETSOC_SESSION_SECRET });
    const given = { origin, host: new URL(origin).host, cookie: `pocketsoc.session=${token}` };
    const before = usedMs();
    for (const body of [slowArguments(130_000), `[${"[".repeat(60_000)}${"]".repeat(60_000)}]`])
      expect((await act("/settings/team", loginLink, body, given)).status).toBe(400);
    expect(usedMs() - before).toBeLessThan(300);
  });

  it("take at most 128 KB from somebody who has signed in", async () => {
    const token = await encode({ token: { sessionId: "x" }, secret: settings.POCKETSOC_SESSION_SECRET });
    const headers = { origin, host: new URL(origin).host, cookie: `pocketsoc.session=${token}` };
    expect((await act("/login-link", loginLink, slowArguments(200_000), headers)).status).toBe(413);
    expect((await act("/settings/team", loginLink, slowArguments(200_000), headers)).status).toBe(413);
  });
});

describe("refusals", () => {
  /** the lines of the log about refusals, without their times */
  const refusals = () =>
    web
      .output()
      .split("\n")
      .flatMap((line) =>
        line.includes('"access.refused"') ? [JSON.parse(line) as Record<string, unknown>] : [],
      )
      .map(({ at, status, reason }) => [at, status, reason].filter(Boolean).join(" "));

  it("leave one line each in the log: pages, links, handlers", async () => {
    const given = { origin, host: new URL(origin).host };
    expect((await act("/login-link", loginLink, '["not a token"]', given)).status).toBe(200);
    expect((await fetch(`${web.url}/api/feed`)).status).toBe(401);
    expect(
      (await post("/api/settings/abandoned-runs", { origin: "https://evil.example" }, "{}")).status,
    ).toBe(403);
    await act("/login-link", loginLink, "[]", { origin: "null" });
    // lines of earlier requests may still be on their way; they come before these
    await expect
      .poll(() => refusals().slice(-4))
      .toEqual(["sign_in invalid", "handler unauthenticated", "handler forbidden", "page 403 other_origin"]);
  });
});

describe("addresses that can't be read", () => {
  it("are 400, and refusals leave one line in the log without a stack", async () => {
    for (const target of ["/%", "/detections/%E0%A4%A", "/_next/static/%ZZ", "http://evil.example/x", "*"]) {
      const answer = await rawBytes(
        web.url,
        `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect([target, answer]).toEqual([target, expect.stringContaining(" 400 ")]);
    }
    for (const target of ["/", "/sign-in", "/sw.js", "/api/health/live", "/api/nowhere"]) {
      const answer = await rawBytes(
        web.url,
        `TRACE ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect([target, answer]).toEqual([target, expect.stringContaining(" 405 ")]);
    }
    await act("/login-link", loginLink, "[]", { origin: "https://evil.example" });
    expect(web.output()).toMatch(/"event":"access.refused","at":"page","status":403,"reason":"other_origin"/);
    expect(web.output()).not.toMatch(/^\s+at /m);
  });
});

describe("next-auth's routes", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };

  it("are only those that the sign-in uses", async () => {
    for (const path of ["signout", "verify-request", "_log", "callback/credentials", "nothing"])
      for (const method of ["GET", "POST"])
        expect([
          path,
          method,
          (await rawRequest(`${web.url}/api/auth/${path}`, { method, headers: form })).status,
        ]).toEqual([path, method, 404]);
    expect((await post("/api/auth/signin", form)).status).toBe(404);
    const led = await fetch(`${web.url}/api/auth/signin?error=OAuthSignin`, { redirect: "manual" });
    expect(led.headers.get("location")).toMatch(/\/sign-in\?.*error=OAuthSignin/);
    for (const path of ["csrf", "providers", "session"])
      expect((await fetch(`${web.url}/api/auth/${path}`)).status).toBe(200);
  });

  it("keep nothing of a body beyond 4 KiB", async () => {
    const before = residentMb();
    const body = Buffer.alloc(50_000_000, "a");
    for (const path of ["signin/azure-ad", "callback/azure-ad", "_log"]) {
      // the portal may close the connection while the body is still being sent
      const answer = await rawRequest(`${web.url}/api/auth/${path}`, { headers: form, body }).catch(() => ({
        status: 413,
      }));
      expect([404, 413]).toContain(answer.status);
    }
    expect(residentMb() - before).toBeLessThan(40);
    expect(
      (await post("/api/auth/signin/azure-ad", { "content-type": "application/json" }, "{")).status,
    ).toBe(415);
  });

  it("tolerate a malformed address to return to, and put no exception's text into an address", async () => {
    for (const callbackUrl of [
      "http://localhost:3200.evil.example/",
      "http://[",
      "//",
      "javascript:0",
      "\0",
    ]) {
      const query = new URLSearchParams({ callbackUrl });
      expect((await fetch(`${web.url}/api/auth/csrf?${query}`)).status).toBe(200);
      expect((await post("/api/auth/signin/azure-ad", form, query.toString())).status).toBeLessThan(500);
    }
    const error = "r?.toLowerCase is not a function";
    const answer = await fetch(`${web.url}/api/auth/error?${new URLSearchParams({ error })}`, {
      redirect: "manual",
    });
    expect(answer.headers.get("location")).toBe(`${origin}/api/auth/signin?error=Callback`);
  });

  it.each([
    "\r\nSet-Cookie: x=y",
    "\n",
    "\0",
    "€",
    "\ud83d\ude00",
    "//evil.example",
    "a&callbackUrl=//evil.example",
  ])("lead to the sign-in page with an error that is no code: %j", async (error) => {
    for (const path of ["error", "signin", "callback/azure-ad"]) {
      const query = new URLSearchParams({ error, state: error, code: error });
      const answer = await fetch(`${web.url}/api/auth/${path}?${query}`, { redirect: "manual" });
      expect([path, answer.status]).toEqual([path, 302]);
      const location = new URL(answer.headers.get("location") ?? "", origin);
      expect([location.origin, location.searchParams.get("error")]).toEqual([
        origin,
        expect.stringMatching(/^(Callback|NotAwaited)$/),
      ]);
      expect(answer.headers.getSetCookie().filter((cookie) => cookie.startsWith("x="))).toEqual([]);
    }
  });

  it("ask a directory that can't be reached once in five seconds, and say that the sign-in didn't begin", async () => {
    const before = web.output().length;
    for (let stranger = 0; stranger < 10; stranger++) {
      const csrf = await fetch(`${web.url}/api/auth/csrf`);
      const { csrfToken } = (await csrf.json()) as { csrfToken: string };
      const cookie = csrf.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      const body = new URLSearchParams({ csrfToken, json: "true" }).toString();
      const answer = await post("/api/auth/signin/azure-ad", { ...form, cookie }, body);
      expect([answer.status, answer.body]).toEqual([
        200,
        JSON.stringify({ url: `${origin}/sign-in?error=OAuthSignin` }),
      ]);
    }
    const lines = web.output().slice(before).split("\n");
    expect(lines.filter((line) => line.includes("auth.directory_unreachable")).length).toBeLessThanOrEqual(1);
  });

  const sealed = (secret: string, value: string) =>
    encode({ token: { value, provider: "azure-ad" }, secret, salt: "next-auth.state" });
  const returned = (query: string, state: string) =>
    fetch(`${web.url}/api/auth/callback/azure-ad?${query}`, {
      headers: { cookie: `next-auth.state=${state}` },
      redirect: "manual",
    });

  it("take an answer of the directory only from a browser that waits for it, and write no stack about others", async () => {
    const before = web.output().length;
    for (const state of [
      "",
      "x",
      await sealed("another secret", "s"),
      await sealed(settings.POCKETSOC_SESSION_SECRET, "other"),
    ])
      for (const query of [
        "error=x&state=s",
        "error=access_denied",
        "code=c&state=s",
        "state=&error=x",
        "",
      ]) {
        const answer = await returned(query, state);
        expect([answer.status, answer.headers.get("location")]).toEqual([
          302,
          `${origin}/sign-in?error=NotAwaited`,
        ]);
      }
    // lines may still be on their way
    await expect
      .poll(() =>
        web
          .output()
          .slice(before)
          .match(/NOT_AWAITED/g),
      )
      .toHaveLength(20);
    expect(web.output().slice(before)).not.toMatch(/stack|\n\s+at /);
  });

  it("write one line without a stack about an answer that a browser waits for and that can't be used", async () => {
    const state = await sealed(settings.POCKETSOC_SESSION_SECRET, "s");
    const before = web.output().length;
    const refused = await returned(
      `error=access_denied&error_description=${"AADSTS65004: declined ".repeat(100)}&state=s`,
      state,
    );
    expect(refused.headers.get("location")).toBe(`${origin}/sign-in?error=Callback`);
    expect((await returned("code=c&state=s", state)).headers.get("location")).toMatch(/error=OAuthCallback/);
    // lines may still be on their way
    await expect
      .poll(() =>
        web
          .output()
          .slice(before)
          .match(/"auth\.error".*/g),
      )
      .toEqual([
        expect.stringMatching(/"code":"REFUSED_BY_DIRECTORY","reason":"access_denied: AADSTS65004.{0,500}"/),
        expect.stringMatching(/"code":"DIRECTORY_UNKNOWN"/),
      ]);
    expect(web.output().slice(before)).not.toMatch(/"stack"|\n\s+at /);
  });

  it.each(["%0d%0ax", "x", "//", "http%3A%2F%2F%5B", "javascript%3A0", "https%3A%2F%2Fevil.example%2F"])(
    "work although another host of the domain set the cookie with the address to return to: %s",
    async (value) => {
      const headers = { cookie: `next-auth.callback-url=${value}` };
      for (const path of ["csrf", "providers", "session", "signin", "error"]) {
        const answer = await fetch(`${web.url}/api/auth/${path}`, { headers, redirect: "manual" });
        expect([path, answer.status]).toEqual([path, expect.toSatisfy((status: number) => status < 400)]);
        expect(answer.headers.get("location") ?? "").not.toContain("evil");
      }
    },
  );

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "AccessDenied"])(
    "lead to a sign-in page that copes with the error %s",
    async (error) => {
      const page = await fetch(`${web.url}/sign-in?error=${error}`);
      expect([page.status, await page.text()]).toEqual([
        200,
        expect.stringContaining("You are not signed in"),
      ]);
    },
  );
});

it.each([
  "/icons/icon-192.png",
  "/sw.js",
  "/offline.html",
  "/templates/pocketsoc-logic-app.json",
  "/manifest.webmanifest",
  "/icon.svg",
  "/_next/static/nowhere",
  "/none.png",
])("%s can only be read, and says so", async (path) => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const answer = await rawRequest(`${web.url}${path}`, { method, headers: { origin } });
    expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, "GET, HEAD"]);
  }
});

describe("headers", () => {
  const others = ["/api/nowhere", "/api/v1/openapi.json", "/api/health/live", "/api/auth/csrf"];
  others.push(
    "/templates/pocketsoc-logic-app.json",
    "/icons/icon-192.png",
    "/sw.js",
    "/offline.html",
    "/manifest.webmanifest",
  );

  it.each(others)("%s may load nothing and stand in no frame", async (path) => {
    const { headers } = await fetch(`${web.url}${path}`);
    expect(headers.get("content-security-policy")).toMatch(/^default-src '(none|self)'/);
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("permissions-policy")).toContain("camera=(), ");
  });

  it.each([
    "/nowhere",
    "/templates/nowhere",
    "/icons/nowhere.png",
    "/sw.jsx",
    "/favicon.ico",
    "/sign-in",
    "/_next/image",
  ])("%s runs only scripts with its nonce", async (path) => {
    const answer = await fetch(`${web.url}${path}`);
    const policy = answer.headers.get("content-security-policy") ?? "";
    const [, nonce] = /script-src 'self' 'nonce-([\w+/=]{20,})'/.exec(policy) ?? [];
    const scripts = (await answer.text()).match(/<script[^>]*>/g) ?? [];
    expect(scripts.filter((script) => !nonce || !script.includes(`nonce="${nonce}"`))).toEqual([]);
    expect(policy).toMatch(/default-src 'none'|script-src 'self' 'nonce-/);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("name the build that gave the answer, and a page names its own, so that an open page hears of an update", async () => {
    const build = readFileSync(".next/pocketsoc-build", "utf8").slice(0, 16);
    for (const path of ["/sign-in", "/api/health/live", "/api/feed", "/api/v1/detections"])
      expect([path, (await fetch(`${web.url}${path}`)).headers.get("x-pocketsoc-build")]).toEqual([
        path,
        build,
      ]);
    expect(await (await fetch(`${web.url}/sign-in`)).text()).toContain(`data-build="${build}"`);
  });

  it("clears the browser's data after a sign-out, and never for another site", async () => {
    const ended = (headers: Record<string, string>, path = "/sign-in?ended=1") =>
      rawRequest(`${web.url}${path}`, { method: "GET", headers });
    const clears = async (...request: Parameters<typeof ended>) =>
      (await ended(...request)).headers["clear-site-data"];
    const own = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "document" };
    expect(await clears(own)).toBe('"cache", "storage"');
    expect((await ended(own)).headers["set-cookie"]).toEqual([
      expect.stringMatching(/^pocketsoc\.session=;.*Max-Age=0/),
    ]);
    expect(await clears(own, "/sign-in")).toBeUndefined();
    for (const headers of [
      {},
      { ...own, "sec-fetch-site": "cross-site" },
      { ...own, "sec-fetch-dest": "image" },
    ])
      expect(await clears(headers)).toBeUndefined();
  });
});
