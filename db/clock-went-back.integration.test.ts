import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "#lib/platform/ids.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { leasedTables } from "#test/leased-tables.ts";
import { type DatabaseHandle, openDatabase } from "./client.ts";
import { recordWorker } from "./queries/work/worker-presence.ts";

let database: TestDatabase;
let handle: DatabaseHandle;
const organisationId = newId();
const report = () => recordWorker(handle.db, new Date(), 60_000);
/** Makes it look as if a worker last reported when the database's clock was ahead by `ahead`. */
const seenAhead = (ahead: string) =>
  handle.db.execute(`update worker_presence set seen_at = now() + interval '${ahead}'`);
const minutesUntil = async (expression: string, table: string) => {
  const rows = await handle.db.execute<{ minutes: number }>(
    `select round(extract(epoch from ${expression} - now()) / 60)::int as minutes from ${table} order by 1`,
  );
  return rows.map(({ minutes }) => minutes);
};

beforeAll(async () => {
  database = await createTestDatabase();
  handle = openDatabase(database.appUrl, { name: "clock" });
  await report();
});
afterAll(async () => {
  await handle.close();
  await database.drop();
});

it.each(leasedTables)("what waits in $name follows a clock that went back three hours", async (table) => {
  const [due, leased, later] = [newId(), newId(), newId()];
  await table.insert(handle.db, organisationId, [due, leased, later], 0);
  const [lease] = await table.leases.lease(handle.db, { limit: 1, leaseMs: 60_000, share: 10 });
  expect(lease).toBeDefined();
  await handle.db.execute(
    `update ${table.name} set due_at = now() + interval '181 minutes', leased_until = leased_until + interval '3 hours'`,
  );
  await seenAhead("3 hours");
  expect(Math.round((await report()) / 1_000)).toBe(10_800);
  expect(await minutesUntil("due_at", table.name)).toEqual([1, 1, 1]);
  expect(await minutesUntil("leased_until", `${table.name} where leased_until is not null`)).toEqual([1]);
  // once, although a second worker reports at the same moment
  expect(await Promise.all([report(), report()])).toEqual([0, 0]);
  expect(await minutesUntil("due_at", table.name)).toEqual([1, 1, 1]);
});

it("a difference of less than a minute moves nothing", async () => {
  const before = await minutesUntil("due_at", "notification_queue");
  await seenAhead("50 seconds");
  expect(await report()).toBe(0);
  expect(await minutesUntil("due_at", "notification_queue")).toEqual(before);
});

it("the job queue's schedule goes on", async () => {
  await handle.db.execute("update pgboss.version set cron_on = now() + interval '3 hours'");
  await handle.db.execute("update pgboss.queue set monitor_on = now() + interval '3 hours'");
  await handle.db.execute(
    "insert into pgboss.job (name, start_after) values ('watch', now() + interval '3 hours')",
  );
  await seenAhead("3 hours");
  await report();
  expect(await minutesUntil("cron_on", "pgboss.version")).toEqual([0]);
  expect(new Set(await minutesUntil("monitor_on", "pgboss.queue"))).toEqual(new Set([0]));
  expect(await minutesUntil("start_after", "pgboss.job")).toEqual([0]);
});
