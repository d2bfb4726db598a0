import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#lib/platform/ids.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { type LeasedTableCase, leasedTables } from "#test/leased-tables.ts";
import { type DatabaseHandle, openDatabase } from "./client.ts";
import { fromNow, type Lease } from "./leased.ts";

const share = 3;
const leaseMs = 150;
const workersOfProcess = 3;
let database: TestDatabase;
/** of several processes */
let handles: DatabaseHandle[];
beforeAll(async () => {
  database = await createTestDatabase();
  handles = [1, 2, 3].map((number) => openDatabase(database.appUrl, { name: `process-${number}`, max: 4 }));
});
afterAll(async () => {
  for (const handle of handles) await handle.close();
  await database.drop();
});

/** Random numbers in [0, 1) that come the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A lease as it is seen from outside: it was granted between `asked` and `seen`, and lasts until `asked + leaseMs` at least. */
type Grant = { token: string; asked: number; seen: number; isOver: boolean; attempts: number | undefined };

/**
 * What may not be, by what is seen from outside. Leases run by the database's clock, which on one machine goes as ours does;
 * where answers may have come in another order than they were made, only what is certain is a fault.
 */
class Observer {
  readonly faults: string[] = [];
  /** when each row that is done was known to be */
  readonly done = new Map<string, number>();
  readonly grants = new Map<string, Grant[]>();
  readonly organisationOf: ReadonlyMap<string, string>;

  constructor(organisationOf: ReadonlyMap<string, string>) {
    this.organisationOf = organisationOf;
  }

  /** A row was leased, by a call that began at `asked`. */
  leased(key: string, lease: Lease & { attempts?: number }, asked: number): void {
    const seen = performance.now();
    const all = this.grants.get(key) ?? [];
    if (asked > (this.done.get(key) ?? Number.POSITIVE_INFINITY))
      this.faults.push(`${key} was leased after it was done`);
    for (const other of all)
      if (!other.isOver && seen < Math.min(asked, other.asked) + leaseMs)
        this.faults.push(`${key} was leased twice within ${leaseMs} ms`);
    all.push({ token: lease.leaseToken, asked, seen, isOver: false, attempts: lease.attempts });
    this.grants.set(key, all);
  }

  /** A lease is about to be given back, or its row to be removed. */
  ending(key: string, { leaseToken }: Lease): void {
    for (const grant of this.grants.get(key) ?? []) if (grant.token === leaseToken) grant.isOver = true;
  }

  removed(key: string): void {
    if (this.done.has(key)) this.faults.push(`${key} was done twice`);
    this.done.set(key, performance.now());
  }

  private readonly lost: [key: string, token: string][] = [];
  wasLost(key: string, { leaseToken }: Lease): void {
    this.lost.push([key, leaseToken]);
  }

  /** What can be said only once every answer has come. */
  finish(): string[] {
    for (const [key, token] of this.lost) {
      const all = this.grants.get(key) ?? [];
      const lease = all.find((grant) => grant.token === token);
      if (!all.some((grant) => grant !== lease && grant.seen > (lease?.asked ?? 0)))
        this.faults.push(`${key} was lost to nobody`);
    }
    for (const [key, all] of this.grants) {
      const attempts = all.flatMap((grant) => grant.attempts ?? []).toSorted((x, y) => x - y);
      if (attempts.some((attempt, index) => attempt !== index + 1))
        this.faults.push(`${key} counted its attempts as ${attempts.join()}`);
    }
    return this.faults;
  }

  /** Rows of an organisation that nobody leased yet. */
  untouched(organisationId: string): number {
    return [...this.organisationOf].filter(([key, of]) => of === organisationId && !this.grants.has(key))
      .length;
  }
}

/** One worker, and those that take its place when it dies, until all is done. */
async function work(
  { name, leases }: LeasedTableCase,
  { db }: DatabaseHandle,
  observer: Observer,
  random: () => number,
): Promise<void> {
  const endAt = performance.now() + 40_000;
  while (observer.done.size < observer.organisationOf.size && performance.now() < endAt) {
    const asked = performance.now();
    const leased = await leases.lease(db, { limit: 1 + Math.floor(random() * 6), leaseMs, share });
    for (const lease of leased) observer.leased(leases.keyOf(lease), lease, asked);
    await checkShares(name, db, observer);
    await Promise.all(
      leased.map(async (lease) => {
        const key = leases.keyOf(lease);
        const fate = random();
        // it dies: nobody hears of this lease again
        if (fate < 0.15) return;
        // it stalls for longer than its lease lasts, and goes on as if nothing had been
        await pause(fate < 0.3 ? leaseMs * 2 : random() * 40);
        observer.ending(key, lease);
        const isDone = fate < 0.75;
        const wasOurs = isDone
          ? await db.transaction((tx) => leases.remove(tx, lease))
          : await leases.release(db, lease, fromNow(random() * 100));
        if (!wasOurs) observer.wasLost(key, lease);
        else if (isDone) observer.removed(key);
      }),
    );
    if (leased.length === 0) await pause(5 + random() * 20);
  }
}

/** While an organisation has plenty of old work, no more than its share of it is leased at any moment. */
async function checkShares(name: string, db: DatabaseHandle["db"], observer: Observer): Promise<void> {
  const plenty = new Set([...observer.organisationOf.values()].filter((id) => observer.untouched(id) > 20));
  const rows = await db.execute<{ id: string; running: number }>(
    `select organisation_id as id, count(*)::int as running from ${name} where leased_until >= now() group by 1`,
  );
  for (const { id, running } of rows)
    if (plenty.has(id) && running > share) observer.faults.push(`${running} of ${id} were leased at once`);
}

describe.each(leasedTables)("many workers that die and stall, on $name", (table) => {
  const seed = Date.now() % 2 ** 31;
  it(`work on no row twice at the same time, lose none, and let nobody wait for another (seed ${seed})`, async () => {
    const [first] = handles;
    if (!first) throw new Error("no database");
    const organisationOf = new Map<string, string>();
    const add = async (count: number, agoMs: number) => {
      const organisationId = newId();
      const ids = Array.from({ length: count }, newId);
      for (const id of ids) organisationOf.set(id, organisationId);
      await table.insert(first.db, organisationId, ids, agoMs);
      return organisationId;
    };
    const large = await add(90, 3_600_000);
    const small = await add(share, 1_000);
    await add(20, 60_000);
    const observer = new Observer(organisationOf);
    const random = randomOf(seed);
    let waitedFor = Number.NaN;
    const watching = setInterval(() => {
      if (Number.isNaN(waitedFor) && observer.untouched(small) === 0) waitedFor = observer.untouched(large);
    }, 5);
    const workers = handles.flatMap((handle) =>
      Array.from({ length: workersOfProcess }, () => work(table, handle, observer, random)),
    );
    await Promise.all(workers).finally(() => clearInterval(watching));
    expect(observer.finish()).toEqual([]);
    expect(new Set(observer.done.keys())).toEqual(new Set(organisationOf.keys()));
    expect(await first.db.execute(`select 1 from ${table.name}`)).toHaveLength(0);
    // the youngest work of all was begun while most of the oldest waited
    expect(waitedFor).toBeGreaterThan(45);
  });
});
