import type postgres from "postgres";
import { clockText, isClockOff } from "#lib/domain/clock.ts";
import { connectionProblems, limitProblems } from "./check-connection.ts";
import { openDatabase } from "./client.ts";
import { explainConnection } from "./connection-problem.ts";
import { rightsProblems } from "./check-rights.ts";
import { sessionProblems } from "./check-session.ts";
import type { connectionsOf } from "./connections.ts";
import { compareMigrations, describeNewer, readApplied, readShipped, whyRefused } from "./migration-state.ts";
import { migrationsFolder, readOwnVersion } from "./migration-versions.ts";

const limitMs = 20_000;

/** What the start check found: sentences that forbid the start, and sentences for the log. */
type DatabaseCheck = { problems: string[]; notes: string[] };

/**
 * Checks whether the given programs can run on the database at `appUrl` with the role in that URL. Opens its connections as
 * the programs do. They need PostgreSQL 15 or newer, all migrations, enough connections, and a role to which row-level
 * security applies.
 */
export async function checkDatabaseRole(
  appUrl: string,
  programs: readonly (keyof typeof connectionsOf)[] = ["web", "worker"],
): Promise<DatabaseCheck> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      late.reject(
        new Error(
          `the check took longer than ${limitMs / 1_000} s. A pooler or the server may be out of connections`,
        ),
      ),
    limitMs,
  );
  try {
    return await Promise.race([runChecks(appUrl, programs), late.promise]);
  } catch (error) {
    return { problems: [explainConnection("DATABASE_URL", appUrl, error)], notes: [] };
  } finally {
    clearTimeout(timer);
  }
}

async function runChecks(
  appUrl: string,
  programs: readonly (keyof typeof connectionsOf)[],
): Promise<DatabaseCheck> {
  const { db, client, close } = openDatabase(appUrl, { max: 2, name: "pocketsoc-start-check" });
  try {
    const version = await versionProblems(client);
    if (version.length > 0) return { problems: version, notes: [] };
    // first, because the other checks may fail or mislead in such a session
    const session = await sessionProblems(client, "DATABASE_URL");
    if (session.length > 0) return { problems: session, notes: [] };
    const schema = await schemaProblems(client);
    if (schema.length > 0) return { problems: schema, notes: [] };
    const connection = await connectionProblems(db);
    const role = [...(await roleProblems(client)), ...(await limitProblems(client, programs))];
    const clock = await clockProblems(client);
    const migrations = await checkMigrations(client);
    // without this version's tables there is nothing to have rights on
    const rights = migrations.problems.length === 0 ? await rightsProblems(client) : [];
    return {
      problems: [...connection, ...role, ...clock, ...migrations.problems, ...rights],
      notes: migrations.notes,
    };
  } finally {
    await close();
  }
}

async function versionProblems(client: postgres.Sql): Promise<string[]> {
  const [server] = await client<{ number: number; name: string }[]>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
  if (server && server.number >= 150_000) return [];
  return [`DATABASE_URL leads to PostgreSQL ${server?.name}; PocketSOC needs 15 or newer.`];
}

/** Checks that this machine's clock and the database's agree to a minute. */
async function clockProblems(client: postgres.Sql): Promise<string[]> {
  const before = Date.now();
  const [server] = await client<{ ms: number }[]>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
  // the database read its clock some time in between
  const aheadMs = (before + Date.now()) / 2 - Number(server?.ms);
  if (!isClockOff(aheadMs)) return [];
  return [
    `This machine's clock is ${clockText(aheadMs)} the database's, so times of alerts and on-call hours would be wrong. Set the clocks of both machines by NTP, then start again.`,
  ];
}

/** Checks that the role may use the schema. Otherwise the other checks would fail on the first name of a table. */
async function schemaProblems(client: postgres.Sql): Promise<string[]> {
  const [role] = await client<{ name: string; uses: boolean }[]>`
    select quote_ident(current_user) as name, has_schema_privilege('public', 'USAGE') as uses`;
  if (!role || role.uses) return [];
  return [
    `DATABASE_URL signs in as a role that may not use the schema public. As its owner: GRANT USAGE ON SCHEMA public TO ${role.name}`,
  ];
}

/**
 * Checks that row-level security applies to the role. It doesn't apply to superusers, owners of our tables and roles with
 * BYPASSRLS.
 */
async function roleProblems(client: postgres.Sql): Promise<string[]> {
  const [role] = await client<{ rolsuper: boolean; rolbypassrls: boolean; owns: boolean }[]>`
    select rolsuper, rolbypassrls, exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind = 'r' and pg_has_role(current_user, c.relowner, 'USAGE')) as owns
    from pg_roles where rolname = current_user`;
  const problems: string[] = [];
  if (role?.rolsuper) problems.push("DATABASE_URL signs in as a superuser; use a role without SUPERUSER.");
  if (role?.rolbypassrls)
    problems.push("DATABASE_URL signs in as a role with BYPASSRLS; use one without it.");
  if (role?.owns)
    problems.push("DATABASE_URL signs in as the owner of PocketSOC's tables; use the restricted role.");
  return problems;
}

async function checkMigrations(client: postgres.Sql): Promise<DatabaseCheck> {
  const refuse = (sentence: string) => ({ problems: [sentence], notes: [] });
  // from the catalogue, because a query on a table without rights fails
  const [table] = await client<{ readable: boolean | null }[]>`
    select bool_and(has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')) as readable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'drizzle' and c.relname in ('__drizzle_migrations', 'oldest_versions')`;
  if (table?.readable === null)
    return refuse("The database has no tables of PocketSOC's yet. Run: npm run db:migrate");
  if (!table?.readable)
    return refuse(
      "DATABASE_URL signs in as a role without rights. Run: npm run db:migrate, with the same DATABASE_URL",
    );
  const state = compareMigrations(await readApplied(client), readShipped(migrationsFolder));
  const refused = whyRefused(state, readOwnVersion());
  if (refused) return refuse(refused.message);
  if (state.kind === "newer") return { problems: [], notes: [describeNewer(state)] };
  if (state.kind !== "behind") return { problems: [], notes: [] };
  const { missing } = state;
  return refuse(
    `The database lacks ${missing} migration${missing === 1 ? "" : "s"} of this version. Run: npm run db:migrate`,
  );
}
