import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#lib/platform/ids.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { type LeasedTableCase, leasedTables } from "#test/leased-tables.ts";
import { type DatabaseHandle, openDatabase } from "./client.ts";
import { fromNow, type Lease } from "./leased.ts";

const share = 3;
/** the duration of a lease; far longer than a test, so that a lease never ends because the machine is slow */
const leaseMs = 600_000;
const workersOfProcess = 3;
let database: TestDatabase;
/** the database pools, one for each simulated process */
let handles: DatabaseHandle[];
beforeAll(async () => {
  database = await createTestDatabase();
  handles = [1, 2, 3].map((number) => openDatabase(database.appUrl, { name: `process-${number}`, max: 4 }));
});
afterAll(async () => {
  for (const handle of handles) await handle.close();
  await database.drop();
});

/** Returns a generator of random numbers in [0, 1). The numbers depend only on the seed. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * A lease as the test sees it. The lease was granted between `asked` and `seen`. It lasts at least until `asked + leaseMs`,
 * unless a simulated worker loses it.
 */
type Grant = { token: string; asked: number; seen: number; isOver: boolean; attempts: number | undefined };

/**
 * Collects violations of the rules of leases. The test's clock is the database's clock, by which leases end. Responses may
 * arrive out of order, so some violations can't be detected.
 */
class Observer {
  readonly faults: string[] = [];
  /** when the test learned that a row was done, by the row's key */
  readonly done = new Map<string, number>();
  readonly grants = new Map<string, Grant[]>();
  readonly organisationOf: ReadonlyMap<string, string>;

  constructor(organisationOf: ReadonlyMap<string, string>) {
    this.organisationOf = organisationOf;
  }

  /** Records a lease. `asked` is when the call began that returned the lease. */
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

  /** Records that a lease is about to end: it expires, or a worker releases it or removes the leased row. */
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

  /** Runs the checks that need all responses. Returns all violations found. */
  finish(): string[] {
    for (const [key, token] of this.lost) {
      const all = this.grants.get(key) ?? [];
      const lease = all.find((grant) => grant.token === token);
      if (!all.some((grant) => grant !== lease && grant.seen > (lease?.asked ?? 0)))
        this.faults.push(`${key} was lost, but nobody else leased it`);
    }
    for (const [key, all] of this.grants) {
      const attempts = all.flatMap((grant) => grant.attempts ?? []).toSorted((x, y) => x - y);
      if (attempts.some((attempt, index) => attempt !== index + 1))
        this.faults.push(`${key} counted its attempts as ${attempts.join()}`);
    }
    return this.faults;
  }

  /** Counts those rows of an organisation that haven't been leased yet. */
  untouched(organisationId: string): number {
    return [...this.organisationOf].filter(
      ([key, owner]) => owner === organisationId && !this.grants.has(key),
    ).length;
  }
}

/** Simulates a worker that sometimes dies or stalls, until all rows are done. */
async function work(
  { name, leases, expire }: LeasedTableCase,
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
        await pause(random() * 40);
        observer.ending(key, lease);
        // the worker dies or stalls, and its lease expires
        if (fate < 0.3) await expire(db, lease);
        // the dead one never comes back
        if (fate < 0.15) return;
        // the stalled one continues, perhaps after another has leased the row
        if (fate < 0.3) await pause(random() * 40);
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

/** Checks each organisation that still has many rows never leased before. At most `share` of its rows may be leased now. */
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
  it(`lease no row twice at once, lose none, and let no organisation wait for another (seed ${seed})`, async () => {
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
    const random = seededRandom(seed);
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
    // the newest work was leased while most of the oldest was still waiting
    expect(waitedFor).toBeGreaterThan(45);
  });
});
