import { readFileSync } from "node:fs";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { getUser } from "#db/queries/identity/people.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";

const origin = "http://localhost:3000";
let stack: WebhookStack;
let sessionId = "";
let cookie = "";
let organisationId = "";

beforeAll(async () => {
  stack = await startWebhookStack("test-activity", { webs: 1, workers: 0 });
});
afterAll(() => stack.stop());
beforeEach(async () => {
  const { services, admin } = stack;
  const member = await stack.asMember("admin", admin.actor.organisationId);
  ({ organisationId } = member.actor);
  const user = member.actor.kind === "user" ? await getUser(services.db, member.actor.userId) : undefined;
  if (!user) throw new Error("no person");
  sessionId = await openSession(services, user, organisationId, "test");
  const secret = stack.env.POCKETSOC_SESSION_SECRET ?? "";
  cookie = `pocketsoc.session=${await encode({ token: { sessionId }, secret })}`;
});

/** Returns the id of a server action in the built portal. */
function actionId(name: string): string {
  const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as {
    node: Record<string, { exportedName?: string }>;
  };
  const found = Object.entries(manifest.node).find(([, { exportedName }]) => exportedName === name);
  if (!found) throw new Error(`no action ${name}`);
  return found[0];
}

const request = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${stack.address()}${path}`, { ...init, redirect: "manual", headers: { cookie, ...headers } });
const act = (name: string, args: unknown[]) =>
  request(
    "/detections",
    {
      origin,
      "x-forwarded-host": new URL(origin).host,
      "next-action": actionId(name),
      "content-type": "text/plain;charset=UTF-8",
    },
    { method: "POST", body: JSON.stringify(args) },
  );
const write = () => request("/api/session", { origin }, { method: "POST" });

/** Sends a request 29 minutes after the last activity. Returns whether it counted as activity, and its status. */
async function counts(send: () => Promise<Response>): Promise<[boolean, number]> {
  const hash = sha256(sessionId).toString("hex");
  await stack.services.db.execute(
    `update sessions set last_seen_at = now() - interval '29 minutes' where id_hash = '\\x${hash}'`,
  );
  const answer = await send();
  await answer.arrayBuffer();
  const [row] = await stack.services.db.execute<{ touched: boolean }>(
    `select last_seen_at > now() - interval '1 minute' as touched from sessions where id_hash = '\\x${hash}'`,
  );
  return [row?.touched ?? false, answer.status];
}

const html = { accept: "text/html,application/xhtml+xml" };
it.each<[string, () => Promise<Response>]>([
  ["opening a page", () => request("/detections", { ...html, "sec-fetch-dest": "document" })],
  ["opening a page over plain HTTP", () => request("/settings/team", html)],
  ["an action", () => act("reportDevice", [organisationId, "default"])],
  ["the report of clicks and keys", write],
])("%s counts as activity", async (_, send) => {
  expect(await counts(send)).toEqual([true, 200]);
});

const pages = [
  "/detections",
  "/settings",
  "/settings/team",
  "/settings/webhooks",
  "/settings/deliveries",
  "/settings/accounts",
  "/settings/outgoing-webhook",
  "/settings/configurations/new",
];
it.each<[string, () => Promise<Response>]>([
  ...pages.map((path): [string, () => Promise<Response>] => [
    `rereading ${path}`,
    () => request(`${path}?_rsc=`, { rsc: "1", "sec-fetch-dest": "empty" }),
  ]),
  ["rereading over plain HTTP", () => request("/settings?_rsc=", { rsc: "1", accept: "*/*" })],
  [
    "a prefetch",
    () => request("/settings", { ...html, "sec-purpose": "prefetch", "sec-fetch-dest": "document" }),
  ],
  ["the list", () => request("/api/feed")],
  ["the summary", () => request("/api/feed/summary")],
  ["the question how long the session lasts", () => request("/api/session", { "sec-fetch-dest": "empty" })],
  ["reading the API with the cookie", () => request("/api/v1/configurations")],
])("%s doesn't", async (_, send) => {
  expect(await counts(send)).toEqual([false, 200]);
});

it("a person's pages may send 300 changes a minute, and nobody else's are stopped by them", async () => {
  const statuses = new Map<number, number>();
  for (let round = 0; round < 310; round += 10)
    for (const { status } of await Promise.all(Array.from({ length: 10 }, write)))
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
  expect(Object.fromEntries(statuses)).toEqual({ 200: 300, 429: 10 });
  const refused = await write();
  expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
  expect((await refused.json()) as unknown).toMatchObject({ error: { code: "rate_limited" } });
  expect(await (await act("reportDevice", [organisationId, "default"])).text()).toContain("rate_limited");
  // reads are counted apart
  expect((await request("/api/feed")).status).toBe(200);
  const former = cookie;
  const member = await stack.asMember("analyst", organisationId);
  const user =
    member.actor.kind === "user" ? await getUser(stack.services.db, member.actor.userId) : undefined;
  if (!user) throw new Error("no person");
  const token = { sessionId: await openSession(stack.services, user, organisationId, "test") };
  cookie = `pocketsoc.session=${await encode({ token, secret: stack.env.POCKETSOC_SESSION_SECRET ?? "" })}`;
  expect((await write()).status).toBe(200);
  cookie = former;
});
