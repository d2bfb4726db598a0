import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { Hints } from "#lib/platform/hints.ts";
import { errorForLog, logger } from "#lib/platform/logger.ts";
import { openHints } from "./hints.ts";
import * as schema from "./schema/index.ts";

export type Database = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

export type DatabaseHandle = { db: Database; client: postgres.Sql; hints: Hints; close(): Promise<void> };
type Options = { max?: number; name?: string; onHintProblem?: (error: unknown) => void };

/** The hints of each pool: what commits on it announces itself by them. */
const hintsOf = new WeakMap<Database, Hints>();
/** transactions that took numbers of the change sequence */
const changing = new WeakSet<Transaction>();

const dialect = new PgDialect();

/** Opens a pool as the restricted role. `max` connections; closing waits 5 s for what is under way. */
export function openDatabase(url: string, options: Options = {}): DatabaseHandle {
  const client = postgres(url, {
    max: options.max ?? 10,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: options.name ?? "pocketsoc", statement_timeout: 30_000 },
  });
  const db = drizzle(client, { schema });
  const hints = openHints(
    client,
    options.onHintProblem ?? ((error) => logger.error({ event: "hints.problem", error: errorForLog(error) })),
  );
  hintsOf.set(db, hints);
  const close = async () => {
    await hints.close();
    await client.end({ timeout: 5 });
  };
  return { db, client, hints, close };
}

/**
 * One unit of work inside one organisation: a transaction whose row-level security sees that organisation
 * and no other. The setting is local to the transaction; a session-level one leaks through the pool. One that
 * took change numbers is announced once it is committed.
 */
export async function inOrganisation<T>(
  db: Database,
  organisationId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  let changed = false;
  const result = await db.transaction(async (tx) => {
    await executePrepared(tx, sql`select set_config('app.organisation_id', ${organisationId}, true)`);
    const done = await work(tx);
    changed = changing.has(tx);
    return done;
  });
  if (changed) hintsOf.get(db)?.publish("changes", organisationId);
  return result;
}

/**
 * Runs a statement prepared: one round trip and no planning once a connection knows its text. For statements
 * whose text stays the same; each other text stays in the connection's memory until it closes.
 */
export async function executePrepared<T>(db: Database | Transaction, statement: SQL): Promise<T[]> {
  const query = db._.session.prepareQuery(dialect.sqlToQuery(statement), undefined, "prepared", false);
  return (await query.execute()) as T[];
}

/**
 * The last of the next `k` numbers of the organisation's change sequence; holds its row until commit, so that
 * the order of numbers is the order of commits.
 */
export async function takeChanges(tx: Transaction, organisationId: string, k: number): Promise<number> {
  changing.add(tx);
  const rows = await executePrepared<{ last: string }>(
    tx,
    sql`select take_changes(${organisationId}::uuid, ${k}::integer) as last`,
  );
  const last = rows[0]?.last;
  if (last === null || last === undefined) throw new Error("no change sequence in this organisation");
  return Number(last);
}

/** Runs `work` while no other process runs one under the same name. */
export function withLock<T>(db: Database, name: string, work: () => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${name}))`);
    return work();
  });
}

/** Another transaction stored the same thing first; repeated, the work finds it there. */
export class StoreRaced extends Error {
  constructor() {
    super("another transaction stored the same thing first");
    this.name = "StoreRaced";
  }
}

/** a deadlock, a serialisation failure, and a row that went as another named it */
const raceCodes = ["40P01", "40001", "23503"];

/** Runs `work`, a whole transaction, again when another one got in its way; five times at most. */
export async function repeatIfRaced<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 4; ; left--) {
    try {
      return await work();
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      const code = cause instanceof postgres.PostgresError ? cause.code : "";
      const raced = error instanceof StoreRaced || raceCodes.includes(code);
      if (!raced || left === 0) throw error;
    }
  }
}
