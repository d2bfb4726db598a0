import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { type Database, executePrepared } from "./client.ts";
import { connectionsOf } from "./connections.ts";
import { sql } from "drizzle-orm";
import { statementTimeoutMs } from "./open-client.ts";

const listenWaitMs = 5_000;
const directAddress =
  "Give the server's direct address, or set the pooler up as docs/postgresql.md says under Behind PgBouncer.";

/**
 * Uses a connection as the portal does: a prepared statement, a setting for one transaction, and LISTEN on a connection of
 * its own. Returns a sentence for what doesn't work, which is the case behind a pooler that shares connections by
 * transaction. Throws the database's error if a statement fails.
 */
export async function connectionProblems(db: Database): Promise<string[]> {
  const client = db.$client;
  if (!(await hearsHints(client)))
    return [
      `DATABASE_URL leads to a pooler in transaction mode, which passes no LISTEN on, so screens and workers would hear of changes late. ${directAddress}`,
    ];
  const [limit] = await client<{ ms: number }[]>`
    select setting::int as ms from pg_settings where name = 'statement_timeout'`;
  if (limit?.ms !== statementTimeoutMs)
    return [
      `DATABASE_URL leads to a pooler that drops the parameter statement_timeout, so a statement could run without end. ${directAddress}`,
    ];
  await db.transaction(async (tx) => {
    await executePrepared(tx, sql`select set_config('app.organisation_id', '', true)`);
  });
  return [];
}

/**
 * Listens on a channel of its own and sends one notification. Returns false if it doesn't arrive within 5 s, as behind a
 * pooler in transaction mode.
 */
export async function hearsHints(client: postgres.Sql): Promise<boolean> {
  const channel = `pocketsoc_check_${randomBytes(6).toString("hex")}`;
  const heard = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => heard.resolve(false), listenWaitMs);
  try {
    await client.listen(channel, () => heard.resolve(true));
    await client.notify(channel, "");
    return await heard.promise;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Returns a sentence for each limit on the role's or the database's connections, or the server's own, that is lower than
 * what the given programs open together.
 */
export async function limitProblems(
  client: postgres.Sql,
  programs: readonly (keyof typeof connectionsOf)[],
): Promise<string[]> {
  const needed = programs.reduce((total, name) => total + connectionsOf[name], 0);
  const limits = await client<{ name: string; most: number; remedy: string }[]>`
    select 'The role ' || rolname as name, rolconnlimit as most,
      format('ALTER ROLE %I CONNECTION LIMIT ', rolname) as remedy
    from pg_roles where rolname = current_user and rolconnlimit >= 0
    union all
    select 'The database ' || datname, datconnlimit, format('ALTER DATABASE %I CONNECTION LIMIT ', datname)
    from pg_database where datname = current_database() and datconnlimit >= 0
    union all
    select 'The server', current_setting('max_connections')::int
      - current_setting('superuser_reserved_connections')::int,
      'set max_connections in postgresql.conf, restart the server, and leave this many for PocketSOC: '`;
  return limits
    .filter(({ most }) => most < needed)
    .map(
      ({ name, most, remedy }) =>
        `${name} allows ${most} connections, but PocketSOC's ${programs.join(" and ")} may open ${needed}. As an administrator: ${remedy}${needed}`,
    );
}
