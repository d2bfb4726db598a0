import { ExtensionNotAllowed } from "#db/extensions.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { readDatabaseUrl } from "#lib/platform/database-url.ts";
import { fail } from "./programs.ts";

/** Returns the name of the portal's role from DATABASE_URL, or undefined if DATABASE_URL isn't set. */
function portalRole(databaseUrl: string | undefined): string | undefined {
  if (!databaseUrl) return undefined;
  const read = readDatabaseUrl(databaseUrl);
  if ("problem" in read) throw new Error(`DATABASE_URL ${read.problem}`);
  return read.address.role;
}

async function main(): Promise<void> {
  const ownerUrl = process.env.DATABASE_OWNER_URL?.trim();
  if (!ownerUrl)
    throw new Error(
      "DATABASE_OWNER_URL is missing: the address of the database with the role that owns PocketSOC's tables.",
    );
  const { applied, note } = await migrateDatabase(
    ownerUrl,
    portalRole(process.env.DATABASE_URL?.trim()),
  ).catch((error: unknown) => {
    if (!(error instanceof ExtensionNotAllowed)) throw error;
    throw new Error(
      `${error.message} On Azure the list is the server parameter azure.extensions: set it to BTREE_GIN,PG_TRGM.`,
      { cause: error },
    );
  });
  const changed =
    applied === 0 ? "The database is current." : `Applied ${applied} migration${applied === 1 ? "" : "s"}.`;
  console.log(note ? `${note} Nothing was changed.` : changed);
}

await main().catch(fail);
