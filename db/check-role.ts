import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { explainConnection } from "./connection-problem.ts";
import { compareMigrations, readApplied, readShipped, whyRefused } from "./migration-state.ts";

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/**
 * Returns the reasons why the portal can't run on the database at `appUrl` with the role in that URL. Empty if it can. The
 * portal needs PostgreSQL 15 or newer, all migrations, and a role to which row-level security applies.
 */
export async function checkDatabaseRole(appUrl: string): Promise<string[]> {
  const client = postgres(appUrl, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return [
      ...(await versionProblems(client)),
      ...(await roleProblems(client)),
      ...(await migrationProblems(client)),
    ];
  } catch (error) {
    return [explainConnection("DATABASE_URL", error)];
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function versionProblems(client: postgres.Sql): Promise<string[]> {
  const [server] = await client<{ number: number; name: string }[]>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
  if (server && server.number >= 150_000) return [];
  return [`DATABASE_URL leads to PostgreSQL ${server?.name}; PocketSOC needs 15 or newer.`];
}

/**
 * Checks that row-level security applies to the role. Row-level security doesn't apply to superusers, owners of our tables
 * and roles with BYPASSRLS.
 */
async function roleProblems(client: postgres.Sql): Promise<string[]> {
  const [role] = await client<{ rolsuper: boolean; rolbypassrls: boolean; owns: boolean }[]>`
    select rolsuper, rolbypassrls,
      exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
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

async function migrationProblems(client: postgres.Sql): Promise<string[]> {
  // from the catalogue, because a query on a table without rights fails
  const [table] = await client<{ readable: boolean }[]>`
    select has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT') as readable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'drizzle' and c.relname = '__drizzle_migrations'`;
  if (!table) return ["The database has no tables of PocketSOC's yet. Run: npm run db:migrate"];
  if (!table.readable)
    return [
      "DATABASE_URL signs in as a role without rights. Run: npm run db:migrate, with the same DATABASE_URL",
    ];
  const state = compareMigrations(await readApplied(client), readShipped(migrationsFolder));
  const refused = whyRefused(state);
  if (refused) return [refused.message];
  if (state.kind !== "behind") return [];
  const { missing } = state;
  return [
    `The database lacks ${missing} migration${missing === 1 ? "" : "s"} of this version. Run: npm run db:migrate`,
  ];
}
