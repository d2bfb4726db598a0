import { readdirSync, readFileSync } from "node:fs";
import type postgres from "postgres";
import { grantRights } from "./grants.ts";
import { readOldestVersions } from "./migration-versions.ts";

const folder = new URL("./schema/", import.meta.url);

/**
 * Runs the statements of db/schema/*.sql, which drizzle can't express, stores the oldest versions that may run on the
 * migrations, and grants the rights of the portal's role, in one transaction. Every migration ends with this.
 */
export async function applyRepeatable(client: postgres.Sql, appRole: string): Promise<void> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  await client.begin(async (tx) => {
    for (const file of files) await tx.unsafe(readFileSync(new URL(file, folder), "utf8"));
    await storeOldestVersions(tx);
    await grantRights(tx, appRole);
  });
}

/**
 * Stores the oldest versions in the database, where an older build finds them for migrations that it doesn't know.
 */
async function storeOldestVersions(tx: postgres.TransactionSql): Promise<void> {
  await tx`create table if not exists drizzle.oldest_versions (created_at bigint primary key, oldest text not null)`;
  for (const { at, oldest } of readOldestVersions())
    await tx`
      insert into drizzle.oldest_versions values (${at}, ${oldest})
      on conflict (created_at) do update set oldest = excluded.oldest
      where oldest_versions.oldest <> excluded.oldest`;
}
