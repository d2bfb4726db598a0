import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { migrateDatabase } from "#db/migrate.ts";
import { portalApp } from "../emulator/azure/directory.ts";
import { startEmbeddedPostgres } from "../scripts/embedded-postgres.ts";
import { freePort } from "../scripts/ports.ts";
import { lockFolder } from "../scripts/state-folder.ts";
import { proxied } from "./proxied-names.ts";
import { startProxiedStack } from "./proxied-stack.ts";
import { choose, people } from "./sign-in.ts";
import { startWebProcess, type WebProcess } from "./web-process.ts";

let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
let stack: Awaited<ReturnType<typeof startProxiedStack>>;
let web: WebProcess;
let portalUrl: string;
beforeAll(async () => {
  const stateDir = join(".pocketsoc", "test-egress");
  lockFolder(stateDir);
  server = await startEmbeddedPostgres({ dataDir: join(stateDir, "postgres"), fsync: false });
  await server.dropDatabase("pocketsoc");
  await server.createDatabase("pocketsoc");
  await migrateDatabase(server.ownerUrl);
  const { appUrl, ownerUrl, superUrl } = server;
  const port = await freePort();
  portalUrl = `http://localhost:${port}`;
  stack = await startProxiedStack({ own: { appUrl, ownerUrl, superUrl, drop: async () => {} }, portalUrl });
  const env = {
    ...stack.env,
    POCKETSOC_ENTRA_CLIENT_ID: portalApp.clientId,
    POCKETSOC_ENTRA_CLIENT_SECRET: portalApp.secret,
  };
  web = await startWebProcess(env, port);
});
beforeEach(() => stack.proxy.reset());
afterAll(async () => {
  await web.stop("SIGTERM");
  await stack.stop();
  await server.stop();
});

/** A browser's cookies, without their attributes. */
class Jar {
  private readonly cookies = new Map<string, string>();

  /** Makes a request as a browser does, without following a redirect. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }

  /** Makes a request and follows its redirects. Returns the last address and its answer. */
  async follow(url: string): Promise<{ address: string; response: Response }> {
    const response = await this.fetch(url);
    const location = response.headers.get("location");
    return location ? this.follow(new URL(location, portalUrl).href) : { address: url, response };
  }

  has = (name: string) => Boolean(this.cookies.get(name));
}

/** Begins a sign-in as the sign-in page does. Returns the address to which the browser goes. */
async function begin(jar: Jar): Promise<string> {
  const { csrfToken } = (await (await jar.fetch(`${portalUrl}/api/auth/csrf`)).json()) as {
    csrfToken: string;
  };
  const body = new URLSearchParams({ csrfToken, callbackUrl: `${portalUrl}/detections`, json: "true" });
  const response = await jar.fetch(`${portalUrl}/api/auth/signin/azure-ad`, { method: "POST", body });
  return ((await response.json()) as { url: string }).url;
}

it("a person signs in to the portal through the proxy", async () => {
  const jar = new Jar();
  const answer = await choose(await begin(jar), people.ana);
  const callback = `${portalUrl}/api/auth/callback/azure-ad?${new URLSearchParams(answer)}`;
  expect((await jar.fetch(callback)).headers.get("location")).toBe(`${portalUrl}/detections`);
  expect(jar.has("pocketsoc.session")).toBe(true);
  // discovery, the token, and the keys
  expect(stack.takeConnects()).toEqual({ [proxied.entra]: 3 });
  expect(stack.proxy.others).toEqual([]);
});

it("the sign-in page names a proxy that fails", async () => {
  const jar = new Jar();
  const answer = await choose(await begin(jar), people.ana);
  stack.proxy.fail(407);
  const callback = `${portalUrl}/api/auth/callback/azure-ad?${new URLSearchParams(answer)}`;
  const { address, response } = await jar.follow(callback);
  expect(address).toContain(`${portalUrl}/sign-in?`);
  const page = (await response.text()).replaceAll("<!-- -->", "");
  expect(page).toContain(
    `Microsoft could not be reached through the proxy ${stack.proxy.name}, which answered 407. Whoever runs PocketSOC should check the user and password in HTTPS_PROXY.`,
  );
  expect(page).not.toContain("p%40ss");
});
