import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { putMembership } from "#db/queries/identity/people.ts";
import { apiTokens } from "#db/schema/index.ts";
import { liveTokensMax, type Scope, scopes } from "#lib/domain/access-token.ts";
import { type Permission, type Role, roles } from "#lib/domain/roles.ts";
import { tokenText } from "#lib/domain/token-text.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { permissions } from "#test/permissions.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { signal } from "#test/steps.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { cleanUpOld } from "#programs/worker/clean-up.ts";
import { editConfiguration } from "#lib/sources/configurations/change.ts";
import { listVisibleConfigurations } from "#lib/sources/configurations/list-visible.ts";
import { authorise, type Context, isAllowed } from "#lib/core/context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { changeRole, removeMember } from "../team/members.ts";
import { createToken } from "./create.ts";
import { findToken } from "./find.ts";
import { listOrganisationTokens, listTokens } from "./list.ts";
import { revokeToken } from "./revoke.ts";

const dayMs = 86_400_000;
let stack: TestStack;
let admin: Context;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
});
afterAll(() => stack.stop());

const member = (role: Role) => stack.asMember(role, admin.actor.organisationId);
const make = (ctx: Context, scopes: string[] = ["read"], more: object = {}) =>
  createToken(ctx, { name: "A script", scopes, expiresInDays: 7, ...more });
const find = (text: string) => findToken(stack.services, text);
const userOf = (ctx: Context) => (ctx.actor.kind === "user" ? ctx.actor.userId : "");
/** Returns a context whose actor uses the API token with this text. */
async function through(text: string): Promise<Context> {
  const actor = await find(text);
  if (!actor) throw new Error("the token is dead");
  return { services: stack.services, actor };
}
const codeOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
    return "ok";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
};
/** Runs `work` with a clock that is `ms` ahead. */
async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const { now } = stack.services;
  stack.services.now = () => new Date(Date.now() + ms);
  try {
    return await work();
  } finally {
    stack.services.now = now;
  }
}

it("a token is stored only as a hash", async () => {
  const { text, id, hint } = await make(admin);
  const [row] = await stack.services.db.select().from(apiTokens).where(eq(apiTokens.id, id));
  expect(row?.tokenHash.equals(sha256(text))).toBe(true);
  expect(text.endsWith(hint)).toBe(true);
  const stored = JSON.stringify([row, (await listAudit(admin, {})).entries, await listTokens(admin)]);
  expect(stored).not.toContain(text.slice(0, 20));
  expect(stack.logged.join()).not.toContain(text.slice(0, 20));
});

const granted: Record<Role, Permission[]> = {
  admin: ["detections.read", "detections.triage", "detections.export", "settings.own", "settings.manage"],
  analyst: ["detections.read", "detections.triage", "detections.export", "settings.own"],
  viewer: ["detections.read", "settings.own"],
};
const carried: Record<Scope, Permission[]> = {
  read: ["detections.read"],
  triage: ["detections.read", "detections.triage"],
  export: ["detections.read", "detections.export"],
};
const pairs = roles.flatMap((role) => scopes.map((scope) => ({ role, scope })));
const fits = ({ role, scope }: { role: Role; scope: Scope }) =>
  carried[scope].every((permission) => granted[role].includes(permission));

it.each(pairs.filter(fits))("$role with $scope may do what both allow and nothing else", async (pair) => {
  const { role, scope } = pair;
  const as = await through((await make(await member(role), [scope])).text);
  for (const permission of permissions) {
    const may = granted[role].includes(permission) && carried[scope].includes(permission);
    expect([permission, isAllowed(as.actor, permission)]).toEqual([permission, may]);
    expect(await codeOf(async () => authorise(as, permission))).toBe(may ? "ok" : "forbidden");
  }
  expect(await listVisibleConfigurations(as)).toEqual([]);
  const triaged = await codeOf(() => acknowledgeDetections(as, [newId()]));
  expect(triaged).toBe(scope === "triage" ? "ok" : "forbidden");
  expect(await codeOf(() => editConfiguration(as, newId(), {}))).toBe("forbidden");
});

it.each(pairs.filter((pair) => !fits(pair)))(
  "$role can't create a token with $scope",
  async ({ role, scope }) => {
    const ctx = await member(role);
    expect(await codeOf(() => make(ctx, [scope]))).toBe("invalid");
    expect(await listTokens(ctx)).toEqual([]);
  },
);

it("a token can't create, list or revoke tokens", async () => {
  const { text, id } = await make(admin, ["read", "triage"]);
  const as = await through(text);
  for (const verb of [
    () => make(as),
    () => listTokens(as),
    () => listOrganisationTokens(as),
    () => revokeToken(as, id),
  ])
    expect(await codeOf(verb)).toBe("forbidden");
  expect(await find(text)).not.toBeNull();
});

it("a malformed token is rejected without the database", async () => {
  const select = vi.spyOn(stack.services.db, "select");
  const good = tokenText("access", new Uint8Array(32).fill(3));
  for (const text of [
    "",
    "psoc_",
    good.slice(0, -1),
    `${good.slice(0, -1)}${good.endsWith("A") ? "B" : "A"}`,
  ])
    expect(await find(text)).toBeNull();
  expect(select).not.toHaveBeenCalled();
  expect(await find(good)).toBeNull();
  expect(select).toHaveBeenCalledTimes(1);
  select.mockRestore();
});

it("a token ends at its expiry and is deleted 30 days later", async () => {
  const ctx = await member("viewer");
  const { text, id } = await make(ctx, ["read"], { expiresInDays: 1 });
  expect(await later(dayMs - 60_000, () => find(text))).not.toBeNull();
  expect(await later(dayMs + 60_000, () => find(text))).toBeNull();
  expect(await later(dayMs + 60_000, () => listTokens(ctx))).toEqual([]);
  const there = async () =>
    (await stack.services.db.select().from(apiTokens).where(eq(apiTokens.id, id))).length;
  await later(30 * dayMs, () => cleanUpOld(stack.services, signal));
  expect(await there()).toBe(1);
  await later(32 * dayMs, () => cleanUpOld(stack.services, signal));
  expect(await there()).toBe(0);
});

it("a token needs a name and a validity between a day and a year", async () => {
  for (const wrong of [{ expiresInDays: 0 }, { expiresInDays: 366 }, { expiresInDays: 1.5 }, { name: " " }])
    expect(await codeOf(() => make(admin, ["read"], wrong))).toBe("invalid");
  expect(await codeOf(() => make(admin, []))).toBe("invalid");
  expect(await codeOf(() => make(admin, ["settings"]))).toBe("invalid");
  expect(await codeOf(() => make(admin, ["read"], { expiresInDays: 365 }))).toBe("ok");
});

it("a token can be revoked by its person or an admin, and by nobody else", async () => {
  const [owner, other] = [await member("analyst"), await member("analyst")];
  const mine = await make(owner);
  expect(await codeOf(() => revokeToken(other, mine.id))).toBe("not_found");
  expect((await listTokens(other)).map((token) => token.id)).toEqual([]);
  expect(await codeOf(() => listOrganisationTokens(owner))).toBe("forbidden");
  await revokeToken(owner, mine.id);
  expect(await find(mine.text)).toBeNull();
  expect(await codeOf(() => revokeToken(owner, mine.id))).toBe("not_found");

  const again = await make(other);
  expect((await listOrganisationTokens(admin)).map((token) => token.id)).toContain(again.id);
  await revokeToken(admin, again.id);
  expect(await find(again.text)).toBeNull();
  const { entries } = await listAudit(admin, {});
  const about = entries.filter((entry) => entry.subjectId === again.id).map((entry) => entry.action);
  expect(about.toSorted()).toEqual(["token.created", "token.revoked"]);
});

it("a changed role applies at the token's next request", async () => {
  const ctx = await member("analyst");
  const { text } = await make(ctx, ["triage"]);
  expect(isAllowed((await through(text)).actor, "detections.triage")).toBe(true);
  await changeRole(admin, { userId: userOf(ctx), role: "viewer" });
  expect((await find(text))?.role).toBe("viewer");
  expect(isAllowed((await through(text)).actor, "detections.triage")).toBe(false);
  // the page was opened with the old role, but the new one applies
  expect(await codeOf(() => make(ctx, ["triage"]))).toBe("invalid");
});

it("a token ends with its person's membership, even if the person is admitted again", async () => {
  const ctx = await member("analyst");
  const { text } = await make(ctx);
  await removeMember(admin, { userId: userOf(ctx) });
  expect(await find(text)).toBeNull();
  expect(await codeOf(() => make(ctx))).toBe("forbidden");
  const { organisationId } = admin.actor;
  await inOrganisation(stack.services.db, organisationId, (tx) =>
    putMembership(tx, organisationId, userOf(ctx), "analyst"),
  );
  expect(await find(text)).toBeNull();
});

it("a token is valid only in the organisation where it was created", async () => {
  const elsewhere = await stack.asMember("admin");
  const { organisationId } = elsewhere.actor;
  await inOrganisation(stack.services.db, organisationId, (tx) =>
    putMembership(tx, organisationId, userOf(admin), "viewer"),
  );
  const { text, id } = await make(admin);
  expect(await find(text)).toMatchObject({ organisationId: admin.actor.organisationId, role: "admin" });
  expect((await listOrganisationTokens(elsewhere)).map((token) => token.id)).toEqual([]);
  expect(await codeOf(() => revokeToken(elsewhere, id))).toBe("not_found");
  await removeMember(elsewhere, { userId: userOf(admin) });
  expect(await find(text)).not.toBeNull();
});

it("the last use is recorded at most once a minute", async () => {
  const ctx = await member("viewer");
  const { text } = await make(ctx);
  const used = async () => (await listTokens(ctx))[0]?.lastUsedAt ?? null;
  expect(await used()).toBeNull();
  await find(text);
  const first = await used();
  expect(first).not.toBeNull();
  await later(30_000, () => find(text));
  expect(await used()).toBe(first);
  await later(90_000, () => find(text));
  expect(await used()).not.toBe(first);
});

it("a person may have at most 25 tokens, even with concurrent requests", async () => {
  const ctx = await member("viewer");
  const answers = await Promise.all(Array.from({ length: 30 }, () => codeOf(() => make(ctx))));
  expect(answers.filter((answer) => answer === "ok")).toHaveLength(liveTokensMax);
  expect(answers.filter((answer) => answer === "conflict")).toHaveLength(30 - liveTokensMax);
});
