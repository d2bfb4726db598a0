import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "#lib/platform/ids.ts";
import type { Context } from "#lib/core/context.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { executePrepared, inOrganisation } from "./client.ts";
import { insertRecords, updateRecords } from "./records.ts";
import { deliveries } from "./schema/index.ts";

let stack: TestStack;
let admin: Context;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
});
afterAll(() => stack.stop());

const odd = 'quotes " and \\ and {braces}, commas, é 漢 🦊 and \n lines';
const row = (reason: string | null, body: Buffer, detectionIds: string[]) => ({
  organisationId: admin.actor.organisationId,
  id: newId(),
  webhook: "azure-logic-app",
  tokenId: newId(),
  receivedAt: new Date("2026-03-04T05:06:07.890Z"),
  mergedAt: new Date("2026-03-04T05:06:08Z"),
  sizeBytes: 3,
  headers: { odd, [odd]: "" },
  body,
  schema: "push" as const,
  outcome: "accepted" as const,
  reason,
  mended: true,
  detectionIds,
});
const stored = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.select().from(deliveries).orderBy(deliveries.id),
  );

it("rows are read back as they were inserted, whatever they contain", async () => {
  const rows = [
    row(odd, Buffer.from([0, 1, 92, 34, 255]), [newId(), newId()]),
    row(null, Buffer.alloc(0), []),
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const returned = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    insertRecords<typeof deliveries, { id: string }>(tx, deliveries, rows, sql`returning id`),
  );
  expect(returned.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  const defaults = { unclaimedScopeIds: [], scopeId: null, configurationId: null, replayedBy: null };
  expect(await stored()).toEqual(rows.map((inserted) => ({ ...inserted, ...defaults })));
});

it("characters that PostgreSQL's JSON rejects are replaced and don't fail the statement", async () => {
  const half = "🦊".slice(0, 1);
  const bad = row(`a${half}b\u0000c \\ud83d`, Buffer.from("x"), []);
  const rows = [{ ...bad, headers: { [`k${half}`]: `v\u0000` } }];
  await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    insertRecords(tx, deliveries, rows),
  );
  const found = (await stored()).find(({ id }) => id === bad.id);
  expect(found).toMatchObject({
    reason: "a\ufffdb\ufffdc \\ud83d",
    headers: { "k\ufffd": "v\ufffd" },
    receivedAt: bad.receivedAt,
  });
});

it("an update writes only the given columns, and only in its organisation", async () => {
  const [first, second, ...others] = await stored();
  if (!first || !second) throw new Error("nothing stored");
  const { organisationId } = admin.actor;
  const updates = [
    { id: first.id, reason: "one" },
    { id: second.id, reason: odd },
  ];
  const write = (id: string, rows: object[]) =>
    inOrganisation(stack.services.db, organisationId, (tx) =>
      updateRecords(tx, deliveries, id, deliveries.id, rows),
    );
  await write(newId(), updates);
  expect(await stored()).toEqual([first, second, ...others]);
  await write(organisationId, updates);
  expect(await stored()).toEqual([{ ...first, reason: "one" }, { ...second, reason: odd }, ...others]);
  await expect(write(organisationId, [updates[0] ?? {}, { id: second.id }])).rejects.toThrow("same columns");
});

it("one prepared statement serves any number of rows", async () => {
  const { organisationId } = admin.actor;
  const prepared = await inOrganisation(stack.services.db, organisationId, async (tx) => {
    for (const length of [1, 2, 3])
      await insertRecords(
        tx,
        deliveries,
        Array.from({ length }, () => row(null, Buffer.alloc(1), [])),
      );
    return executePrepared<{ count: number }>(
      tx,
      sql`select count(*)::integer as count from pg_prepared_statements where statement like 'insert into "deliveries"%' and statement not like '%returning%'`,
    );
  });
  expect(prepared).toEqual([{ count: 1 }]);
});
