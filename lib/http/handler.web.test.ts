import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import type { Context } from "#lib/core/context.ts";
import { notForReader, otherReader, renderedFor, renderedForHeader } from "#lib/domain/rendered-for.ts";
import { newId } from "#lib/platform/ids.ts";
import { actionIdOf } from "#test/action-id.ts";
import { cookieOf } from "#test/session-cookie.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";

let stack: WebhookStack;
let cookie = "";
beforeAll(async () => {
  stack = await startWebhookStack("test-handler", { webs: 1, workers: 0 });
  cookie = await cookieFor(stack.admin);
});
afterAll(() => stack.stop());

const cookieFor = (person: Context) => cookieOf(stack.services, person, stack.env.POCKETSOC_SESSION_SECRET);
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

const origin = "http://localhost:3000";
/** Calls an action of the page of notifications. */
const setRules = (organisationId: string, headers: Record<string, string>) =>
  fetch(`${stack.address()}/settings/notifications`, {
    method: "POST",
    headers: {
      ...{ cookie, origin, ...headers },
      "next-action": actionIdOf("app/(portal)/settings/notifications/page", "setRules"),
      "content-type": "text/plain;charset=UTF-8",
    },
    body: JSON.stringify([organisationId, {}]),
  });

describe("a page that was rendered for another organisation of the person", () => {
  const reader = () => {
    const { actor } = stack.admin;
    const userId = actor.kind === "user" ? actor.userId : "";
    return { [renderedForHeader]: renderedFor({ organisationId: newId(), userId }) };
  };

  it("reads no data", async () => {
    for (const path of ["/api/feed", "/api/session", "/api/settings/audit-log"]) {
      const answer = await get(path, reader());
      expect([path, answer.status, answer.headers.get(renderedForHeader)]).toEqual([path, 409, otherReader]);
    }
  });

  it("changes nothing, and neither does one that names it as an argument only", async () => {
    const { organisationId } = stack.admin.actor;
    for (const answer of [await setRules(organisationId, reader()), await setRules(newId(), {})])
      expect(await answer.text()).toContain(notForReader.organisation);
  });

  it("gets no other page into its frame", async () => {
    const answer = await get("/settings/team?_rsc=", { rsc: "1", ...reader() });
    // Next's client follows the redirect that it reads here
    expect(await answer.text()).toContain("NEXT_REDIRECT;replace;/changed?next=%2Fsettings%2Fteam;");
  });
});

it("what a viewer may not do or see leaves one line each in the log, with ids and no names", async () => {
  const viewer = await stack.asMember("viewer", stack.admin.actor.organisationId);
  const headers = { cookie: await cookieFor(viewer) };
  const before = stack.webOutput().length;
  expect((await get("/settings/audit-log", headers)).status).toBe(307);
  expect((await get("/api/settings/audit-log", headers)).status).toBe(403);
  expect((await get(`/api/feed/${newId()}`, headers)).status).toBe(404);
  const answer = await setRules(viewer.actor.organisationId, headers);
  expect(await answer.text()).toContain('"code":"forbidden"');
  const lines = () =>
    stack
      .webOutput()
      .slice(before)
      .split("\n")
      .flatMap((line) =>
        line.includes('"access.refused"') ? [JSON.parse(line) as Record<string, unknown>] : [],
      );
  const { organisationId } = viewer.actor;
  const userId = viewer.actor.kind === "user" ? viewer.actor.userId : "";
  const line = (at: string, reason: string) => ({
    ...{ level: 30, time: expect.any(String), event: "access.refused" },
    ...{ at, reason, userId, organisationId },
  });
  // lines may still be on their way
  await expect
    .poll(lines)
    .toEqual([
      line("page", "forbidden"),
      line("handler", "forbidden"),
      line("handler", "not_found"),
      line("action", "forbidden"),
    ]);
});
