import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { Hints } from "#lib/platform/hints.ts";
import { errorForLog, logger } from "#lib/platform/logger.ts";
import { poolSize } from "./connections.ts";
import { openHints } from "./hints.ts";
import { openClient, statementTimeoutMs } from "./open-client.ts";
import * as schema from "./schema/index.ts";

export type Database = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

export type DatabaseHandle = { db: Database; client: postgres.Sql; hints: Hints; close(): Promise<void> };
type Options = { max?: number; name?: string; onHintProblem?: (error: unknown) => void };

/** each pool's hints, which tell other processes that a transaction has committed */
const hintsOf = new WeakMap<Database, Hints>();
/** the transactions that took change numbers; a hint follows their commit */
const changing = new WeakSet<Transaction>();

/** when each pool's database last answered a transaction of an organisation, by `performance.now()` */
const answeredAtOf = new WeakMap<Database, number>();

/** Returns when the database last answered a transaction of an organisation, in ms by `performance.now()`; 0 if it never did. */
export const lastAnswerMs = (db: Database): number => answeredAtOf.get(db) ?? 0;

const dialect = new PgDialect();

/** Opens a pool of `max` connections (by default `poolSize`) as the restricted role. `close` waits up to 5 s for running queries. */
export function openDatabase(url: string, options: Options = {}): DatabaseHandle {
  const client = openClient(url, {
    max: options.max ?? poolSize,
    name: options.name ?? "pocketsoc",
    statementTimeoutMs,
    idleSeconds: 60,
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
 * Runs `work` in a transaction in which row-level security allows only this organisation's rows. If `work` takes change
 * numbers, a hint is published after commit. The organisation is set for the transaction, not for the connection, because
 * another organisation's work uses the connection next.
 */
export async function inOrganisation<T>(
  db: Database,
  organisationId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  let changed = false;
  const result = await db.transaction(async (tx) => {
    await executePrepared(tx, sql`select set_config('app.organisation_id', ${organisationId}, true)`);
    answeredAtOf.set(db, performance.now());
    const value = await work(tx);
    changed = changing.has(tx);
    return value;
  });
  answeredAtOf.set(db, performance.now());
  if (changed) hintsOf.get(db)?.publish("changes", organisationId);
  return result;
}

/**
 * Runs a prepared statement. After its first run on a connection, the statement takes one round trip and no planning. The
 * statement's text must be constant, because a connection keeps every text in memory until it closes.
 */
export async function executePrepared<T>(db: Database | Transaction, statement: SQL): Promise<T[]> {
  const query = db._.session.prepareQuery(dialect.sqlToQuery(statement), undefined, "prepared", false);
  return (await query.execute()) as T[];
}

/**
 * Takes the next `k` numbers of the organisation's change sequence and returns the last of these numbers. The sequence's row
 * stays locked until commit, so that change numbers increase in the order of commits.
 */
export async function takeChanges(tx: Transaction, organisationId: string, k: number): Promise<number> {
  changing.add(tx);
  const rows = await executePrepared<{ last: string }>(
    tx,
    sql`select take_changes(${organisationId}::uuid, ${k}::integer) as last`,
  );
  const last = rows[0]?.last;
  if (last === null || last === undefined) throw new Error("the organisation has no change sequence");
  return Number(last);
}

/** Runs `work` under the advisory lock `name`. Other work under the same name waits, even in another process. */
export function withLock<T>(db: Database, name: string, work: () => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${name}))`);
    return work();
  });
}

/** Thrown if another transaction has just stored the same row. A retry finds the other transaction's row. */
export class StoreRaced extends Error {
  constructor() {
    super("another transaction stored the same row first");
    this.name = "StoreRaced";
  }
}

/** PostgreSQL's error codes for a deadlock, a serialisation failure, and a reference to a row that was deleted meanwhile */
const raceCodes = ["40P01", "40001", "23503"];

/**
 * Runs `work`, which must be a whole transaction. Retries it after a StoreRaced, a deadlock, a serialisation failure or a
 * reference to a deleted row. Makes five attempts at most.
 */
export async function retryIfRaced<T>(work: () => Promise<T>): Promise<T> {
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
