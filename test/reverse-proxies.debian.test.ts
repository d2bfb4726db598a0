import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { freePort } from "../scripts/ports.ts";
import { actionIdOf } from "./action-id.ts";
import { goodAlert } from "./alerts.ts";
import { readEvents } from "./event-stream.ts";
import { sendAsLogicApp } from "./logic-app.ts";
import { rawRequest } from "./raw-request.ts";
import { cookieOf } from "./session-cookie.ts";
import { formValues } from "./stack.ts";
import { save } from "./steps.ts";
import { webhookBodyOf } from "./webhook-bodies.ts";
import { startWebhookStack, type WebhookStack } from "./webhook-stack.ts";

const page = readFileSync("docs/behind-a-proxy.md", "utf8");
/** Returns the configuration that a section of docs/behind-a-proxy.md shows. */
const shown = (title: string): string =>
  new RegExp(`^## ${title}\\n[\\s\\S]*?^\`\`\`\\w*\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";

const folder = mkdtempSync(join(tmpdir(), "pocketsoc-proxy-"));
const logFile = join(folder, "access.log");
let proxyPort: number;
let stack: WebhookStack;
let apiToken: string;
let configurationId: string;
let cookie: string;
beforeAll(async () => {
  proxyPort = await freePort();
  stack = await startWebhookStack("test-proxies", {
    webs: 1,
    workers: 1,
    settings: { POCKETSOC_URL: `http://localhost:${proxyPort}` },
  });
  configurationId = await save(stack.admin, formValues);
  cookie = await cookieOf(stack.services, stack.admin, stack.env.POCKETSOC_SESSION_SECRET);
  ({ text: apiToken } = await createToken(stack.admin, {
    name: "Proxy",
    scopes: ["read"],
    expiresInDays: 1,
  }));
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

/** Returns the file of an nginx on a port of this machine. `more` are directives for the location, `around` for all servers. */
function nginxFile(place: Place, { more = "", around = "" } = {}): string {
  const server = shown("nginx")
    .replace("listen 443 ssl http2;", `listen 127.0.0.1:${place.port};`)
    .replace(/^ *ssl_certificate.*\n/gm, "")
    .replace("soc.example.com", "localhost")
    .replace("/var/log/nginx/pocketsoc.log", logFile)
    .replace("http://127.0.0.1:3000", stack.address())
    .replace(/proxy_set_header Host \$host;/, (line) => more || line);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(place.folder, name)};`)
    .join("\n");
  return `daemon off;\npid ${join(place.folder, "nginx.pid")};\nerror_log stderr;\nevents {}\nhttp {\n${paths}\n${around}\n${server}\n}\n`;
}

const caddyFile = ({ port }: Place) =>
  `{\n  admin off\n  auto_https off\n}\n${shown("Caddy")
    .replace("soc.example.com", `http://localhost:${port}`)
    .replace("127.0.0.1:3000", new URL(stack.address()).host)}`;

/** The port and the folder of one proxy. */
type Place = { port: number; folder: string };
const newPlace = (port: number): Place => ({ port, folder: mkdtempSync(join(folder, "proxy-")) });

async function start(
  place: Place,
  command: string,
  args: (file: string) => string[],
  text: string,
): Promise<ChildProcess> {
  const file = join(place.folder, "proxy.conf");
  writeFileSync(file, text);
  const child = spawn(command, args(file), {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      HOME: place.folder,
      XDG_DATA_HOME: place.folder,
      XDG_CONFIG_HOME: place.folder,
    },
  });
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    // not listening yet
    const answer = await fetch(`http://localhost:${place.port}/api/health/live`).catch(() => null);
    if (answer?.ok) return child;
    await pause(100);
  }
  child.kill();
  throw new Error(`${command} didn't answer`);
}

type Start = (place: Place) => Promise<ChildProcess>;
const nginx =
  (options?: Parameters<typeof nginxFile>[1]): Start =>
  (place) =>
    start(place, "/usr/sbin/nginx", (file) => ["-e", "stderr", "-c", file], nginxFile(place, options));
const caddy: Start = (place) =>
  start(
    place,
    "/usr/bin/caddy",
    (file) => ["run", "--adapter", "caddyfile", "--config", file],
    caddyFile(place),
  );

async function behind(
  starts: Start,
  work: (url: string) => Promise<void>,
  port: number = proxyPort,
): Promise<void> {
  const child = await starts(newPlace(port));
  try {
    await work(`http://localhost:${port}`);
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

const proxies = [
  ["nginx", nginx()],
  [
    "nginx that compresses everything",
    nginx({ around: "gzip on; gzip_min_length 1; gzip_proxied any; gzip_types *;" }),
  ],
  ["Caddy", caddy],
] as const;

describe.concurrent.each(proxies)("behind %s, with the file of docs/behind-a-proxy.md", (name, starts) => {
  it("pages come whole, an alert posted through it reaches an open stream at once, and 65 idle seconds cut nothing", async ({
    expect,
  }) =>
    behind(
      starts,
      async (url) => {
        const answer = await fetch(`${url}/sign-in`);
        const html = await answer.text();
        expect([answer.status, answer.headers.get("cache-control")]).toEqual([
          200,
          expect.stringContaining("no-transform"),
        ]);
        expect(html).toContain("Sign in with Microsoft");
        const leaving = new AbortController();
        const response = await fetch(`${url}/api/v1/stream`, {
          headers: { authorization: `Bearer ${apiToken}` },
          signal: leaving.signal,
        });
        if (!response.body) throw new Error("no stream");
        const stream = readEvents(response.body);
        let ended = false;
        void stream.ended.then(() => (ended = true));
        const sendOne = async (id: string) => {
          const alert = webhookBodyOf(goodAlert({ systemAlertId: id, alertDisplayName: id }, id));
          const began = performance.now();
          const sent = await sendAsLogicApp(() => url, stack.token, id, JSON.stringify(alert));
          expect(sent.status).toBe(200);
          // the other proxies' alerts arrive on this stream, too
          const isSeen = () => stream.events.some((event) => JSON.stringify(event).includes(id));
          while (!isSeen() && performance.now() - began < 8_000) await pause(20);
          expect(performance.now() - began).toBeLessThan(5_000);
        };
        const slug = name.replaceAll(/\W+/g, "-").toLowerCase();
        await sendOne(`${slug}-before`);
        // longer than the 60 s after which a proxy closes a silent connection
        await pause(65_000);
        expect(ended).toBe(false);
        await sendOne(`${slug}-after`);
        leaving.abort();
      },
      await freePort(),
    ));
});

describe.concurrent.each(proxies)("behind %s, while a pipe test waits for its samples", (_name, starts) => {
  it("the page sees the test begin at once, and 65 idle seconds cut nothing", async ({ expect }) =>
    behind(
      starts,
      async (url) => {
        const leaving = new AbortController();
        const response = await fetch(`${url}/settings/configurations/${configurationId}`, {
          method: "POST",
          headers: {
            cookie,
            origin: `http://localhost:${proxyPort}`,
            "next-action": actionIdOf("app/(portal)/settings/configurations/[id]/page", "test"),
            "content-type": "text/plain;charset=UTF-8",
          },
          body: JSON.stringify([configurationId, crypto.randomUUID(), "by_hand"]),
          signal: leaving.signal,
        });
        let received = "";
        let ended = "";
        void response.body
          ?.pipeThrough(new TextDecoderStream())
          .pipeTo(new WritableStream({ write: (text) => void (received += text) }))
          .then(
            () => (ended = "closed"),
            (error: unknown) => (ended = String(error)),
          );
        await expect.poll(() => received, { timeout: 8_000 }).toContain('"began"');
        // longer than the 60 s after which a proxy closes a silent connection
        await pause(65_000);
        expect(ended).toBe("");
        leaving.abort();
      },
      await freePort(),
    ));
});

describe("behind an nginx that names the portal wrongly", () => {
  it.each([
    ["an internal name", "proxy_set_header Host backend.internal;"],
    ["another forwarded host", "proxy_set_header X-Forwarded-Host agw.internal;"],
    ["two forwarded hosts", 'proxy_set_header X-Forwarded-Host "a.example, b.example";'],
    ["a lost port", "proxy_set_header Host localhost; proxy_set_header X-Forwarded-Host localhost;"],
    [
      "another scheme",
      "proxy_set_header X-Forwarded-Proto https; proxy_set_header Forwarded 'host=evil.example;proto=https';",
    ],
  ])("an action works all the same: %s", (_name, more) =>
    behind(nginx({ more }), async (url) => {
      const answer = await rawRequest(`${url}/login-link`, {
        headers: {
          "next-action": actionIdOf("app/(auth)/login-link/page"),
          "content-type": "text/plain;charset=UTF-8",
          origin: url,
        },
        body: '["no-token"]',
      });
      expect([answer.status, answer.body]).toEqual([
        200,
        expect.stringMatching(/The link (was used already|isn't whole)/),
      ]);
    }),
  );
});

it("the access log of the page's nginx file holds no webhook secret", () =>
  behind(nginx(), async (url) => {
    const answer = await fetch(`${url}/api/webhooks/azure-logic-app/${stack.token}`, {
      method: "POST",
      body: JSON.stringify(webhookBodyOf(goodAlert({ systemAlertId: "logged" }, "logged"))),
    });
    expect(answer.status).toBe(200);
    // nginx writes its log after the answer
    await pause(200);
    const log = readFileSync(logFile, "utf8");
    expect(log).toContain("/api/webhooks/");
    expect(log).not.toContain(stack.token);
  }));
