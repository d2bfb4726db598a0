import { migrateDatabase } from "#db/migrate.ts";
import { fail } from "./programs.ts";

/** Returns the name of the portal's role from DATABASE_URL, or undefined if DATABASE_URL isn't set. */
function portalRole(databaseUrl: string | undefined): string | undefined {
  if (!databaseUrl) return undefined;
  const name = URL.parse(databaseUrl)?.username;
  if (name) return decodeURIComponent(name);
  throw new Error("DATABASE_URL names no role. Write it as postgres://role:password@host/database.");
}

async function main(): Promise<void> {
  const ownerUrl = process.env.DATABASE_OWNER_URL;
  if (!ownerUrl)
    throw new Error(
      "DATABASE_OWNER_URL is missing: the address of the database with the role that owns PocketSOC's tables.",
    );
  const { applied } = await migrateDatabase(ownerUrl, portalRole(process.env.DATABASE_URL));
  console.log(
    applied === 0 ? "The database is current." : `Applied ${applied} migration${applied === 1 ? "" : "s"}.`,
  );
}

await main().catch(fail);
