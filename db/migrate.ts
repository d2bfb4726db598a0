import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { PgBoss } from "pg-boss";
import postgres from "postgres";
import { jobs } from "#lib/jobs/jobs.ts";
import { putQueue } from "#lib/jobs/queue.ts";
import { explainConnection } from "./connection-problem.ts";
import { createExtensions } from "./extensions.ts";
import { migrationLock } from "./migration-lock.ts";
import { compareMigrations, readApplied, readShipped, whyRefused } from "./migration-state.ts";
import { applyRepeatable } from "./repeatable.ts";

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/**
 * Migrates the database at `ownerUrl` to this version and grants the role `appRole` the rights in db/grants.ts. Concurrent
 * calls wait for each other. Returns the number of applied migrations. Throws RefusedDatabase if this version must not touch
 * the database. Throws an Error with one sentence for another problem that an operator can fix.
 */
export async function migrateDatabase(
  ownerUrl: string,
  appRole = "pocketsoc_app",
): Promise<{ applied: number }> {
  const client = postgres(ownerUrl, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await checkPrerequisites(client, appRole);
    await client`select pg_advisory_lock(${migrationLock})`;
    const applied = await readApplied(client);
    const shipped = readShipped(migrationsFolder);
    const refused = whyRefused(compareMigrations(applied, shipped));
    if (refused) throw refused;
    await createExtensions(client);
    await migrate(drizzle(client), { migrationsFolder }).catch(explainFailure);
    await installJobs(ownerUrl);
    await applyRepeatable(client, appRole);
    return { applied: shipped.length - applied.length };
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Throws an Error with one sentence unless the portal's role exists and the owner may create schemas and tables. */
async function checkPrerequisites(client: postgres.Sql, appRole: string): Promise<void> {
  const [found] = await client<
    { role: boolean; maySchemas: boolean; mayTables: boolean; owner: string; database: string }[]
  >`select exists (select from pg_roles where rolname = ${appRole}) as role, current_user as owner,
      current_database() as database, has_database_privilege(current_database(), 'CREATE') as "maySchemas",
      has_schema_privilege('public', 'CREATE') as "mayTables"`.catch((cause) => {
    throw new Error(explainConnection("The owner's address of the database", cause), { cause });
  });
  if (!found?.role)
    throw new Error(
      `The role ${appRole}, which the portal runs as, doesn't exist. Create it, or name another one in DATABASE_URL.`,
    );
  // grantRights would revoke the owner's own rights
  if (found.owner === appRole)
    throw new Error(
      `The role ${appRole} owns the tables, so the portal needs another one. Create it without SUPERUSER and BYPASSRLS, and name it in DATABASE_URL.`,
    );
  if (!found.maySchemas)
    throw new Error(
      `The role ${found.owner} may not create schemas. As a superuser: GRANT CREATE ON DATABASE ${found.database} TO ${found.owner}`,
    );
  if (!found.mayTables)
    throw new Error(
      `The role ${found.owner} may not create tables. As a superuser, in the database ${found.database}: GRANT CREATE ON SCHEMA public TO ${found.owner}`,
    );
}

/** Installs pg-boss's tables and creates a queue for each job. */
async function installJobs(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, max: 1, supervise: false, schedule: false });
  boss.on("error", () => {}); // an error here also rejects start()
  await boss.start();
  for (const job of jobs) await putQueue(boss, job);
  await boss.stop({ graceful: false });
}

/**
 * Throws an Error with the database's reason for a failed migration. Drizzle's own message contains only the statement, not
 * the reason.
 */
function explainFailure(error: unknown): never {
  const { message, code = "" } = (error instanceof Error ? (error.cause ?? error) : {}) as {
    message?: string;
    code?: string;
  };
  throw new Error(`The migrations failed, and nothing of them was kept: ${message} (${code}).`, {
    cause: error,
  });
}
