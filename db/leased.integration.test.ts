import { setTimeout as pause } from "node:timers/promises";
import { eq, getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Services } from "#lib/core/context.ts";
import { keepLease } from "#lib/core/work.ts";
import { newId } from "#lib/platform/ids.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { leasedTables } from "#test/leased-tables.ts";
import { type Database, type DatabaseHandle, openDatabase } from "./client.ts";
import { fromNow, leasedTable } from "./leased.ts";
import * as schema from "./schema/index.ts";

let database: TestDatabase;
let handle: DatabaseHandle;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  handle = openDatabase(database.appUrl, { name: "leased" });
  db = handle.db;
});
afterAll(async () => {
  await handle.close();
  await database.drop();
});

const ours = newId();
const options = { limit: 100, leaseMs: 60_000, share: 100 };

describe.each(leasedTables)("$name", ({ name, leases, insert }) => {
  beforeEach(async () => {
    await db.execute(`delete from ${name}`);
  });
  /** Inserts rows that became due one second apart, the oldest first. Returns their keys. */
  const add = async (count: number, organisationId = ours): Promise<string[]> => {
    const ids = Array.from({ length: count }, newId);
    for (const [index, id] of ids.entries()) await insert(db, organisationId, [id], (count - index) * 1_000);
    return ids;
  };
  const leaseOne = async () => {
    const [lease] = await leases.lease(db, { ...options, limit: 1 });
    if (!lease) throw new Error("nothing is due");
    return lease;
  };
  /** Ends all leases. */
  const expire = () => db.execute(`update ${name} set leased_until = now() - interval '1 millisecond'`);

  it("leases due rows, the oldest first, and no row twice", async () => {
    const ids = await add(5);
    await insert(db, ours, [newId()], -60_000);
    const first = await leases.lease(db, { ...options, limit: 2 });
    const rest = await leases.lease(db, options);
    expect([...first, ...rest].map((lease) => leases.keyOf(lease))).toEqual(ids);
    expect(await leases.lease(db, options)).toEqual([]);
  });

  it("leases no more rows of an organisation than its share, and still leases those of others", async () => {
    const other = newId();
    await add(9);
    await add(1, other);
    const shared = { ...options, share: 3 };
    const first = await leases.lease(db, { ...shared, limit: 2 });
    const second = await leases.lease(db, shared);
    const organisations = [...first, ...second].map((lease) => lease.organisationId);
    expect(organisations.toSorted()).toEqual([ours, ours, ours, other].toSorted());
    const [done] = first;
    if (done) await db.transaction((tx) => leases.remove(tx, done));
    expect(await leases.lease(db, shared)).toHaveLength(1);
  });

  it("ends a lease by the database's clock, and ignores operations with a lost lease", async () => {
    await add(1);
    const lost = await leaseOne();
    await expire();
    const lease = await leaseOne();
    expect(leases.keyOf(lease)).toBe(leases.keyOf(lost));
    expect(await leases.renew(db, lost, 60_000)).toBe(false);
    expect(await leases.release(db, lost, fromNow(0))).toBe(false);
    await db.transaction(async (tx) => {
      expect(await leases.lock(tx, lost)).toBe(false);
      expect(await leases.remove(tx, lost)).toBe(false);
      expect(await leases.removeAll(tx, [lost, lease])).toEqual([lease]);
      expect(await leases.remove(tx, lease)).toBe(false);
    });
    expect(await db.execute(`select 1 from ${name}`)).toHaveLength(0);
  });

  it("ignores a lease with the id of another organisation", async () => {
    await add(1);
    const lease = { ...(await leaseOne()), organisationId: newId() };
    expect(await leases.renew(db, lease, 60_000)).toBe(false);
    expect(await leases.release(db, lease, fromNow(0))).toBe(false);
    expect(await db.transaction((tx) => leases.remove(tx, lease))).toBe(false);
    expect(await db.transaction((tx) => leases.lock(tx, lease))).toBe(false);
  });

  it("releases a lease and makes the row due at the given time", async () => {
    await add(1);
    const lease = await leaseOne();
    expect(await leases.release(db, lease, fromNow(60_000))).toBe(true);
    expect(await leases.lease(db, options)).toEqual([]);
    const [row] = await db.execute<{ seconds: number }>(
      `select extract(epoch from due_at - now())::float8 as seconds from ${name}`,
    );
    expect(row?.seconds).toBeGreaterThan(50);
    await db.execute(`update ${name} set due_at = now()`);
    expect(leases.keyOf(await leaseOne())).toBe(leases.keyOf(lease));
  });

  it("doesn't lease a locked row, even after its lease has ended", async () => {
    await add(2);
    const lease = await leaseOne();
    await db.transaction(async (tx) => {
      expect(await leases.lock(tx, lease)).toBe(true);
      // ends the lease; other transactions don't see the change yet
      await tx.execute(`update ${name} set leased_until = now() - interval '1 minute'`);
      expect(await leases.lease(db, options)).toHaveLength(0);
    });
    expect(await leases.lease(db, options)).toHaveLength(2);
  });

  it("renews a lease while its work runs", async () => {
    await add(1);
    const leaseMs = 1_200;
    const [lease] = await leases.lease(db, { ...options, leaseMs });
    if (!lease) throw new Error("nothing is due");
    const logged: string[] = [];
    const services = { db, log: (event: string) => logged.push(event) } as unknown as Services;
    const others: unknown[] = [];
    await keepLease(services, leases, lease, leaseMs, async () => {
      for (let waited = 0; waited < 2.5 * leaseMs; waited += 100) {
        await pause(100);
        others.push(...(await leases.lease(db, options)));
      }
    });
    expect([others, logged]).toEqual([[], []]);
    expect(await db.transaction((tx) => leases.lock(tx, lease))).toBe(true);
  });

  it("logs that a lease was lost, and lets the work finish", async () => {
    await add(1);
    const lease = await leaseOne();
    await expire();
    await leaseOne();
    const logged: [string, unknown][] = [];
    const services = { db, log: (...entry: [string, unknown]) => logged.push(entry) } as unknown as Services;
    const result = await keepLease(services, leases, lease, 40, async () => {
      await expect.poll(() => logged.length).toBe(1);
      // time for further renewals, which mustn't log again
      await pause(100);
      return "done";
    });
    expect([result, logged]).toEqual(["done", [["lease.lost", { table: name, key: leases.keyOf(lease) }]]]);
  });
});

it("the tests above cover every table with leases", () => {
  const withLeases = Object.values(schema).filter((value) => is(value, PgTable) && "leasedUntil" in value);
  expect(leasedTables.map(({ name }) => name).toSorted()).toEqual(
    withLeases.map((table) => getTableName(table as PgTable)).toSorted(),
  );
});

it("parts of a table can be leased separately, each with its own share", async () => {
  const queue = leasedTable(schema.notificationQueue, "id", ["subject"]);
  for (const subject of ["email", "outgoing"])
    await db.execute(`insert into notification_queue (id, organisation_id, subject, subject_id)
      select gen_random_uuid(), '${ours}', '${subject}', gen_random_uuid() from generate_series(1, 5)`);
  const leaseOf = (subject: "email" | "outgoing") =>
    queue.lease(db, { ...options, share: 2, only: eq(schema.notificationQueue.subject, subject) });
  expect((await leaseOf("email")).map(({ subject }) => subject)).toEqual(["email", "email"]);
  expect((await leaseOf("outgoing")).map(({ subject }) => subject)).toEqual(["outgoing", "outgoing"]);
  expect(await leaseOf("email")).toEqual([]);
});
