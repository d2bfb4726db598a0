import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "./debian-packages.ts";

const versions = "/usr/lib/postgresql";
const pgbouncer = "/usr/sbin/pgbouncer";

/** Returns the folder of the newest installed PostgreSQL's programs, or null if none is installed. */
export function findDebianPostgres(): string | null {
  const installed = existsSync(versions) ? readdirSync(versions) : [];
  const folders = installed
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

/**
 * Makes sure that PostgreSQL and PgBouncer of Debian are installed. Installs them if that is allowed. Returns null, or a
 * text that says what to do.
 */
export async function ensureDebianPostgres(): Promise<string | null> {
  const isThere = () => findDebianPostgres() !== null && existsSync(pgbouncer) && existsSync("/usr/bin/psql");
  if (isThere()) return null;
  await installPackages(["postgresql", "pgbouncer"]);
  return isThere()
    ? null
    : "These tests need PostgreSQL and PgBouncer of Debian. They couldn't be installed: as root, run apt-get install postgresql pgbouncer.";
}
