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
beforeAll(async () => {
  proxyPort = await freePort();
  stack = await startWebhookStack("test-proxies", {
    webs: 1,
    workers: 1,
    settings: { POCKETSOC_URL: `http://localhost:${proxyPort}` },
  });
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

/** Returns nginx' file for this machine. `more` are directives for the location, `around` for all servers. */
function nginxFile({ more = "", around = "" } = {}): string {
  const server = shown("nginx")
    .replace("listen 443 ssl http2;", `listen 127.0.0.1:${proxyPort};`)
    .replace(/^ *ssl_certificate.*\n/gm, "")
    .replace("soc.example.com", "localhost")
    .replace("/var/log/nginx/pocketsoc.log", logFile)
    .replace("http://127.0.0.1:3000", stack.address())
    .replace(/proxy_set_header Host \$host;/, (line) => more || line);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join("\n");
  return `daemon off;\npid ${join(folder, "nginx.pid")};\nerror_log stderr;\nevents {}\nhttp {\n${paths}\n${around}\n${server}\n}\n`;
}

const caddyFile = () =>
  `{\n  admin off\n  auto_https off\n}\n${shown("Caddy")
    .replace("soc.example.com", `http://localhost:${proxyPort}`)
    .replace("127.0.0.1:3000", new URL(stack.address()).host)}`;

async function start(command: string, args: (file: string) => string[], text: string): Promise<ChildProcess> {
  const file = join(folder, "proxy.conf");
  writeFileSync(file, text);
  const child = spawn(command, args(file), {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    const answer = await fetch(`http://localhost:${proxyPort}/api/health/live`).catch(() => null);
    if (answer?.ok) return child;
    await pause(100);
  }
  child.kill();
  throw new Error(`${command} didn't answer`);
}

const nginx = (options?: Parameters<typeof nginxFile>[0]) =>
  start("nginx", (file) => ["-e", "stderr", "-c", file], nginxFile(options));
const caddy = () =>
  start("caddy", (file) => ["run", "--adapter", "caddyfile", "--config", file], caddyFile());

async function behind(starting: Promise<ChildProcess>, work: (url: string) => Promise<void>): Promise<void> {
  const child = await starting;
  try {
    await work(`http://localhost:${proxyPort}`);
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

const proxies = [
  ["nginx", () => nginx()],
  [
    "nginx that compresses everything",
    () => nginx({ around: "gzip on; gzip_min_length 1; gzip_proxied any; gzip_types *;" }),
  ],
  ["Caddy", caddy],
] as const;

describe.each(proxies)("behind %s, with the file of docs/behind-a-proxy.md", (name, starts) => {
  it("pages come whole, an alert posted through it reaches an open stream at once, and 65 idle seconds cut nothing", () =>
    behind(starts(), async (url) => {
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
        const alert = webhookBodyOf(goodAlert({ systemAlertId: id }, id));
        const sent = await sendAsLogicApp(() => url, stack.token, id, JSON.stringify(alert));
        expect(sent.status).toBe(200);
        const began = performance.now();
        const seen = () => stream.events.filter(({ event }) => event === "detection").length;
        const before = seen();
        while (seen() === before && performance.now() - began < 8_000) await pause(20);
        expect(performance.now() - began).toBeLessThan(5_000);
      };
      const slug = name.replaceAll(/\W+/g, "-").toLowerCase();
      await sendOne(`${slug}-1`);
      await pause(65_000);
      expect(ended).toBe(false);
      await sendOne(`${slug}-2`);
      leaving.abort();
    }));
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
    await pause(200);
    const log = readFileSync(logFile, "utf8");
    expect(log).toContain("/api/webhooks/");
    expect(log).not.toContain(stack.token);
  }));
