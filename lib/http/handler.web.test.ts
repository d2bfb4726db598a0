import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { getUser } from "#db/queries/identity/people.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";
import { newId } from "#lib/platform/ids.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";

let stack: WebhookStack;
let cookie = "";
beforeAll(async () => {
  stack = await startWebhookStack("test-handler", { webs: 1, workers: 0 });
  const { services, admin, env } = stack;
  const user = admin.actor.kind === "user" ? await getUser(services.db, admin.actor.userId) : undefined;
  if (!user) throw new Error("no person");
  const sessionId = await openSession(services, user, admin.actor.organisationId, "test");
  const secret = env.POCKETSOC_SESSION_SECRET ?? "";
  cookie = `pocketsoc.session=${await encode({ token: { sessionId }, secret })}`;
});
afterAll(() => stack.stop());

const get = (path: string, headers: Record<string, string>) =>
  fetch(`${stack.address()}${path}`, { redirect: "manual", headers: { cookie, ...headers } });
const countExports = async () => {
  const [row] = await inOrganisation(stack.services.db, stack.admin.actor.organisationId, (tx) =>
    tx.execute<{ n: number }>("select count(*)::int as n from audit_events where action = 'audit.exported'"),
  );
  return row?.n;
};

it.each([
  "/api/settings/audit-log",
  `/api/settings/certificates/${newId()}`,
  `/api/settings/credentials/${newId()}/expiry`,
  "/api/feed",
  `/api/feed/${newId()}`,
  "/api/feed/summary",
  "/api/session",
])("a link on another site gets nothing from %s", async (path) => {
  const before = await countExports();
  for (const site of ["cross-site", "same-site"]) {
    const answer = await get(path, {
      "sec-fetch-site": site,
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    });
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: "forbidden" } }]);
  }
  expect(await countExports()).toBe(before);
});

it("the portal's own pages and the address bar do", async () => {
  for (const site of ["same-origin", "none"])
    expect((await get("/api/settings/audit-log", { "sec-fetch-site": site })).status).toBe(200);
  // browsers send no Sec-Fetch-Site over plain HTTP
  expect((await get("/api/settings/audit-log", {})).status).toBe(200);
  expect(await countExports()).toBe(3);
});
