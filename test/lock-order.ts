import type postgres from "postgres";
import type { Services } from "#lib/core/context.ts";

/** The kinds of rows, in the order in which every transaction must lock them. */
const kinds = ["configuration", "detection", "change sequence"] as const;
type Kind = (typeof kinds)[number];

/**
 * Lists all rows of these kinds. `is_ours` says whether the calling transaction has locked or written the row: PostgreSQL
 * then stores the transaction's number in the row's `xmax` or `xmin`.
 */
const probe = `
  create function probe_rows() returns table (kind text, id uuid, is_ours boolean) language sql volatile security definer
  set search_path = public, pg_temp as $$
    select 'configuration', id, pg_current_xact_id_if_assigned()::xid in (xmin, xmax) from configurations
    union all select 'detection', id, pg_current_xact_id_if_assigned()::xid in (xmin, xmax) from detections
    union all select 'change sequence', organisation_id, pg_current_xact_id_if_assigned()::xid in (xmin, xmax)
      from change_sequences
  $$`;

type Row = { kind: Kind; id: string; is_ours: boolean | null };
type Locked = { kind: Kind; key: string };

/** The order in which transactions locked rows, and the violations of the required order. */
export type LockWatch = {
  /** the locks that a transaction took in the wrong order, each with the statement that took the lock */
  readonly faults: string[];
  /** for each transaction, the kinds of rows that it locked, in order */
  readonly orders: string[];
};

/**
 * Records which rows each transaction of a stack's services locks. Rows that the transaction itself created don't count.
 * Nothing else may run at the same time, because its locks would be recorded too.
 */
export async function watchLocks(
  services: Services,
  asOwner: (statement: string) => Promise<void>,
): Promise<LockWatch> {
  await asOwner(probe);
  const watch: LockWatch = { faults: [], orders: [] };
  onStatements(services, async (sql) => {
    const stood = new Map((await rowsOf(sql)).map(({ kind, id }) => [`${kind} ${id}`, kind]));
    const locked: Locked[] = [];
    const after = async (statement: string) => {
      const now = await lockedOf(sql, stood);
      const fresh = now.filter(({ key }) => !locked.some((one) => one.key === key));
      const latest = Math.max(-1, ...locked.map(({ kind }) => kinds.indexOf(kind)));
      for (const { kind } of fresh)
        if (kinds.indexOf(kind) < latest)
          watch.faults.push(`${kind} after ${kinds[latest]}, by: ${statement.replaceAll(/\s+/g, " ")}`);
      locked.push(...fresh);
    };
    const done = () => {
      watch.orders.push([...new Set(locked.map(({ kind }) => kind))].join(", "));
    };
    return { after, done };
  });
  return watch;
}

const rowsOf = (sql: postgres.TransactionSql) => sql.unsafe<Row[]>("select * from probe_rows()");

/**
 * Returns the rows in `stood` that the transaction has locked, changed or deleted. `stood` holds the rows that existed when
 * the transaction began.
 */
async function lockedOf(sql: postgres.TransactionSql, stood: ReadonlyMap<string, Kind>): Promise<Locked[]> {
  const now = new Map((await rowsOf(sql)).map(({ kind, id, is_ours }) => [`${kind} ${id}`, is_ours]));
  return [...stood].flatMap(([key, kind]) => ((now.get(key) ?? !now.has(key)) ? [{ key, kind }] : []));
}

type Follower = { after(statement: string): Promise<void>; done(): void };

/**
 * Calls `follow` at the beginning of each transaction of the services' pool. Calls the returned `after` after each
 * statement and `done` at the end.
 */
function onStatements({ db }: Services, follow: (sql: postgres.TransactionSql) => Promise<Follower>): void {
  const client = db.$client;
  const begin = client.begin.bind(client) as (
    work: (sql: postgres.TransactionSql) => Promise<unknown>,
  ) => Promise<unknown>;
  const followed = (work: (sql: postgres.TransactionSql) => Promise<unknown>) =>
    begin(async (sql) => {
      const { after, done } = await follow(sql);
      const unsafe = (...args: Parameters<typeof sql.unsafe>) =>
        thenDo(sql.unsafe(...args), () => after(args[0]));
      const result = await work(
        new Proxy(sql, { get: (of, key) => (key === "unsafe" ? unsafe : Reflect.get(of, key)) }),
      );
      done();
      return result;
    });
  Object.assign(client, { begin: followed });
}

/** Returns a query that runs `more` after the database's answer, before the caller gets this answer. */
function thenDo<Q extends object>(query: Q, more: () => Promise<void>): Q {
  const proxy: Q = new Proxy(query, {
    get: (of, key) => {
      const value: unknown = Reflect.get(of, key, of);
      if (typeof value !== "function") return value;
      if (key === "then")
        return (...handlers: Parameters<Promise<unknown>["then"]>) =>
          Promise.resolve(of)
            .then(async (answer) => {
              await more();
              return answer;
            })
            .then(...handlers);
      return (...args: unknown[]) => {
        const result: unknown = value.apply(of, args);
        return result === of ? proxy : result;
      };
    },
  });
  return proxy;
}
