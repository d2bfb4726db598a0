import { sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "./schema/index.ts";

export type Database = PostgresJsDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

export type DatabaseHandle = { db: Database; client: postgres.Sql; close(): Promise<void> };

/** Opens a pool as the restricted role. `max` connections; closing waits 5 s for what is under way. */
export function openDatabase(url: string, options: { max?: number; name?: string } = {}): DatabaseHandle {
  const client = postgres(url, {
    max: options.max ?? 10,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: options.name ?? "pocketsoc", statement_timeout: 30_000 },
  });
  return { db: drizzle(client, { schema }), client, close: () => client.end({ timeout: 5 }) };
}

/**
 * One unit of work inside one organisation: a transaction whose row-level security sees that organisation
 * and no other. The setting is local to the transaction; a session-level one leaks through the pool.
 */
export function inOrganisation<T>(
  db: Database,
  organisationId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('app.organisation_id', ${organisationId}, true)`);
    return work(tx);
  });
}

/** The last of the next `k` numbers of the organisation's change sequence; holds its row until commit. */
export async function takeChanges(tx: Transaction, organisationId: string, k: number): Promise<number> {
  const rows = await tx.execute<{ last: string }>(
    sql`select take_changes(${organisationId}::uuid, ${k}) as last`,
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

const deadlockOrSerialisation = ["40P01", "40001"];

/** Runs `work`, a whole transaction, again when another one got in its way; five times at most. */
export async function repeatIfRaced<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 4; ; left--) {
    try {
      return await work();
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      const code = cause instanceof postgres.PostgresError ? cause.code : "";
      const raced = error instanceof StoreRaced || deadlockOrSerialisation.includes(code);
      if (!raced || left === 0) throw error;
    }
  }
}
