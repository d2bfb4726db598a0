import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "./debian-packages.ts";

const versions = "/usr/lib/postgresql";

/** Returns the folder of the newest installed PostgreSQL's programs, or null if none is installed. */
export function findDebianPostgres(): string | null {
  const installed = existsSync(versions) ? readdirSync(versions) : [];
  const folders = installed
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

/** The packages that the tests run, each with a program of it. */
const packages: Record<string, string> = {
  pgbouncer: "/usr/sbin/pgbouncer",
  "postgresql-client": "/usr/bin/psql",
  "nginx-light": "/usr/sbin/nginx",
  caddy: "/usr/bin/caddy",
};

/** Returns the packages that are missing. */
const missingPackages = (): string[] => [
  ...(findDebianPostgres() === null ? ["postgresql"] : []),
  ...Object.entries(packages).flatMap(([name, program]) => (existsSync(program) ? [] : [name])),
];

/**
 * Makes sure that PostgreSQL, PgBouncer, nginx and Caddy of Debian are installed. Installs them if that is allowed.
 * Returns null, or a text that says what to do.
 */
export async function ensureDebianServices(): Promise<string | null> {
  const missing = missingPackages();
  if (missing.length > 0) await installPackages(missing);
  const left = missingPackages();
  if (left.length === 0) return null;
  return `These tests need packages of Debian that couldn't be installed. As root, run apt-get install ${left.join(" ")}.`;
}
