import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { PgBoss } from "pg-boss";
import type postgres from "postgres";
import { jobs } from "#lib/jobs/jobs.ts";
import { putQueue } from "#lib/jobs/queue.ts";
import { hearsHints } from "./check-connection.ts";
import { sessionProblems } from "./check-session.ts";
import { explainConnection, rootCause } from "./connection-problem.ts";
import { createExtensions } from "./extensions.ts";
import { openJobsDatabase } from "./jobs-database.ts";
import { migrationLock } from "./migration-lock.ts";
import { compareMigrations, describeNewer, readApplied, readShipped, whyRefused } from "./migration-state.ts";
import { migrationsFolder, readOwnVersion } from "./migration-versions.ts";
import { openClient } from "./open-client.ts";
import { applyRepeatable } from "./repeatable.ts";

/** the setting that contains the owner's address */
const ownerSetting = "DATABASE_OWNER_URL";

/** The number of applied migrations, and a sentence for the log if the database is newer than this version. */
type Migrated = { applied: number; note?: string };

/**
 * Migrates the database at `ownerUrl` to this version and grants the role `appRole` the rights in db/grants.ts. Concurrent
 * calls wait for each other. Changes nothing in a newer database on which this version can run. Throws RefusedDatabase if
 * this version can't run on the database. Throws an Error with one sentence for another problem that an operator can fix.
 */
export async function migrateDatabase(ownerUrl: string, appRole = "pocketsoc_app"): Promise<Migrated> {
  const client = openClient(ownerUrl, { max: 1, name: "pocketsoc-migrate" }, ownerSetting);
  try {
    await checkConnection(client, ownerUrl);
    await checkPrerequisites(client, appRole);
    // a limit for the portal's statements may be too short for a migration
    await client`set statement_timeout = 0`;
    await client`select pg_advisory_lock(${migrationLock})`;
    const applied = await readApplied(client);
    const shipped = readShipped(migrationsFolder);
    const state = compareMigrations(applied, shipped);
    const refused = whyRefused(state, readOwnVersion());
    if (refused) throw refused;
    if (state.kind === "newer") return { applied: 0, note: describeNewer(state) };
    await createExtensions(client);
    await migrate(drizzle(client), { migrationsFolder }).catch(
      explainFailure("The migrations failed, and nothing of them was kept"),
    );
    await installJobs(ownerUrl).catch(
      explainFailure("The job queue's tables couldn't be installed, so the portal has no rights yet"),
    );
    await applyRepeatable(client, appRole).catch(
      explainFailure("The functions and rights couldn't be applied, and nothing of them was kept"),
    );
    return { applied: shipped.length - applied.length };
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Throws an Error with one sentence unless the database can be reached and gives each connection a session of its own. */
async function checkConnection(client: postgres.Sql, ownerUrl: string): Promise<void> {
  const hears = await hearsHints(client).catch((cause) => {
    throw new Error(explainConnection(ownerSetting, ownerUrl, cause), { cause });
  });
  if (!hears)
    throw new Error(
      `${ownerSetting} leads to a pooler in transaction mode, behind which two migrations could run at once. Give the server's direct address.`,
    );
}

/**
 * Throws an Error with one sentence unless the portal's role exists and the owner may create schemas and tables and owns
 * those that exist.
 */
async function checkPrerequisites(client: postgres.Sql, appRole: string): Promise<void> {
  const [version] = await client<{ number: number }[]>`
    select current_setting('server_version_num')::int as number`;
  if (version && version.number < 150_000)
    throw new Error(
      `${ownerSetting} leads to PostgreSQL ${Math.floor(version.number / 10_000)}; PocketSOC needs 15 or newer.`,
    );
  const session = await sessionProblems(client, ownerSetting);
  if (session.length > 0) throw new Error(session.join("\n"));
  const [found] = await readPrerequisites(client, appRole);
  const problem = found ? prerequisiteProblem(found, appRole) : "The server's catalogue is empty.";
  if (problem) throw new Error(problem);
}

type Prerequisites = {
  role: boolean;
  maySchemas: boolean;
  mayTables: boolean;
  owner: string;
  database: string;
  /** a role other than the owner that owns something of ours, and what that is */
  foreign: string | null;
  what: string | null;
};

const readPrerequisites = (client: postgres.Sql, appRole: string) => client<Prerequisites[]>`
  select exists (select from pg_roles where rolname = ${appRole}) as role, current_user as owner,
    current_database() as database, has_database_privilege(current_database(), 'CREATE') as "maySchemas",
    has_schema_privilege('public', 'CREATE') as "mayTables", foreign_owner.role as foreign, foreign_owner.what
  from (select) as one left join (
    select rolname as role, what from (
      select nspowner as oid, 'the schema ' || nspname as what from pg_namespace where nspname in ('drizzle', 'pgboss')
      union all
      select relowner, 'the table ' || c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and (n.nspname in ('drizzle', 'pgboss')
        or n.nspname = 'public' and to_regclass('drizzle.__drizzle_migrations') is not null
          and c.relname in ('organisations', 'detections'))
    ) as ours join pg_roles using (oid) where not pg_has_role(oid, 'USAGE') limit 1
  ) as foreign_owner on true`;

/** Returns a sentence for the first prerequisite that the database doesn't meet, or null. */
function prerequisiteProblem(found: Prerequisites, appRole: string): string | null {
  const { owner, database, foreign, what } = found;
  if (!found.role)
    return `The role ${appRole}, which the portal runs as, doesn't exist. Create it, or name another one in DATABASE_URL.`;
  // grantRights would revoke the owner's own rights
  if (owner === appRole)
    return `The role ${appRole} owns the tables, so the portal needs another one. Create it without SUPERUSER and BYPASSRLS, and name it in DATABASE_URL.`;
  if (!found.maySchemas)
    return `The role ${owner} may not create schemas. As a superuser: GRANT CREATE ON DATABASE ${database} TO ${owner}`;
  if (!found.mayTables)
    return `The role ${owner} may not create tables. As a superuser, in the database ${database}: GRANT CREATE ON SCHEMA public TO ${owner}`;
  if (foreign)
    return `The role ${owner} doesn't own ${what}, which belongs to ${foreign}. Name ${foreign} in ${ownerSetting}, or as a superuser, in the database ${database}: REASSIGN OWNED BY ${foreign} TO ${owner}`;
  return null;
}

/** Installs pg-boss's tables and creates a queue for each job. */
async function installJobs(ownerUrl: string): Promise<void> {
  const database = openJobsDatabase(ownerUrl, { max: 1, name: "pocketsoc-migrate" });
  const boss = new PgBoss({ db: database, supervise: false, schedule: false });
  boss.on("error", () => {}); // an error here also rejects start()
  try {
    await boss.start();
    for (const job of jobs) await putQueue(boss, job);
    await boss.stop({ graceful: false });
  } finally {
    await database.close();
  }
}

/**
 * Returns a function that throws an Error with `what` and the database's reason. Drizzle's own message contains only the
 * statement, not the reason.
 */
const explainFailure =
  (what: string) =>
  (error: unknown): never => {
    const { message, code } = rootCause(error);
    throw new Error(`${what}: ${message}${code && ` (${code})`}.`, { cause: error });
  };
