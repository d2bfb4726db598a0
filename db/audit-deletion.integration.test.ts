import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import type { Context } from "#lib/core/context.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";

let stack: TestStack;
let owner: postgres.Sql;
let app: postgres.Sql;
let admin: Context;
let other: Context;
beforeAll(async () => {
  stack = await startTestStack();
  owner = postgres(stack.database.ownerUrl, { max: 1, onnotice: () => {} });
  app = postgres(stack.database.appUrl, { max: 1, onnotice: () => {} });
});
beforeEach(async () => {
  admin = await stack.asMember("admin");
  other = await stack.asMember("admin");
});
afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await stack.stop();
});

/** Inserts an entry that is `days` days old. */
const age = (ctx: Context, days: number) =>
  inOrganisation(stack.services.db, ctx.actor.organisationId, (tx) =>
    tx.execute(`insert into audit_events (organisation_id, id, at, actor, action, subject, subject_id)
      values ('${ctx.actor.organisationId}', gen_random_uuid(), now() - interval '${days} days', 'Ana', 'session.ended',
        'user', 'x')`),
  );
const entries = async (ctx: Context) =>
  (
    await owner<{ action: string; actor: string; detail: Record<string, unknown> }[]>`
      select action, actor, detail from audit_events where organisation_id = ${ctx.actor.organisationId} order by at`
  ).map((row) => row);
const code = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => "done",
    (error: unknown) => (error instanceof postgres.PostgresError ? error.code : String(error)),
  );

it("the portal's role may read and insert entries, and nothing else", async () => {
  const { organisationId } = admin.actor;
  const attempt = (statement: string) =>
    code(
      app.begin(async (tx) => {
        await tx`select set_config('app.organisation_id', ${organisationId}, true)`;
        await tx.unsafe(statement);
      }),
    );
  expect(await attempt("select * from audit_events")).toBe("done");
  for (const statement of [
    "update audit_events set actor = 'nobody'",
    "delete from audit_events",
    "truncate audit_events",
    "drop table audit_events",
    "select * from audit_events for update",
    "select delete_old_audit_events(365)",
    `select delete_audit_events_of('${organisationId}')`,
    "update organisations set deleted_at = now()",
  ])
    expect([statement, await attempt(statement)]).toEqual([statement, "42501"]);
});

it("nobody but the owner may call a function that runs with the owner's rights, unless the portal needs it", async () => {
  const rows = await owner<{ name: string; grantees: string[] }[]>`
    select p.proname as name, array(
      select case a.grantee when 0 then 'public' else a.grantee::regrole::text end
      from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee <> p.proowner order by 1
    ) as grantees
    from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef order by 1`;
  expect(rows.map(({ name, grantees }) => [name, grantees])).toEqual([
    ["delete_audit_events_of", []],
    ["delete_old_audit_events", []],
    ["find_detections", ["pocketsoc_app"]],
    ["last_changes", ["pocketsoc_app"]],
  ]);
});

it("old entries of every organisation are deleted, and each organisation gets an entry about it", async () => {
  for (const days of [800, 731, 700]) await age(admin, days);
  const before = await entries(other);
  const [row] = await owner<{ deleted: string }[]>`select delete_old_audit_events(730) as deleted`;
  expect(Number(row?.deleted)).toBe(2);
  const own = await entries(admin);
  expect(own.filter(({ action }) => action === "session.ended")).toHaveLength(1);
  expect(own.at(-1)).toMatchObject({
    action: "audit.trimmed",
    actor: expect.stringContaining("Operator"),
    detail: { entries: 2, days: 730 },
  });
  // nothing was deleted there, so there is nothing to say
  expect(await entries(other)).toEqual(before);
  expect((await listAudit(admin, {})).entries[0]).toMatchObject({ action: "audit.trimmed" });
});

it.each(["364", "0", "-1", "null"])(
  "entries younger than a year stay, also if %s days are asked for",
  async (days) => {
    await age(admin, 364);
    const before = await entries(admin);
    expect(await code(owner.unsafe(`select delete_old_audit_events(${days})`))).toBe("22023");
    await owner`select delete_old_audit_events(365)`;
    expect(await entries(admin)).toEqual(before);
  },
);

it("the entries of an organisation are deleted only if it is marked as deleted, and one entry stays", async () => {
  const { organisationId } = admin.actor;
  await age(admin, 1);
  const before = await entries(admin);
  const others = await entries(other);
  const attempt = () => code(owner`select delete_audit_events_of(${organisationId})`);
  expect(await attempt()).toBe("22023");
  expect(await entries(admin)).toEqual(before);
  await owner`update organisations set deleted_at = now() where id = ${organisationId}`;
  expect(await attempt()).toBe("done");
  expect(await entries(admin)).toMatchObject([
    { action: "audit.deleted", detail: { entries: before.length } },
  ]);
  expect(await entries(other)).toEqual(others);
  // a second call doesn't remove what says how many the first one deleted
  await age(admin, 1);
  expect(await attempt()).toBe("done");
  expect((await entries(admin)).map(({ action, detail }) => [action, detail.entries])).toEqual([
    ["audit.deleted", before.length],
    ["audit.deleted", 1],
  ]);
});
