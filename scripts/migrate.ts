import { migrateDatabase } from "#db/migrate.ts";

const ownerUrl = process.env.DATABASE_OWNER_URL;
if (!ownerUrl) {
  console.error(
    "DATABASE_OWNER_URL is missing: the address of the database with the role that owns PocketSOC's tables.",
  );
  process.exit(1);
}
const { applied } = await migrateDatabase(ownerUrl);
console.log(
  applied === 0 ? "The database is current." : `Applied ${applied} migration${applied === 1 ? "" : "s"}.`,
);
