import { readdirSync, readFileSync } from "node:fs";
import type postgres from "postgres";
import { grantRights } from "./grants.ts";

const folder = new URL("./schema/", import.meta.url);

/**
 * Runs the statements of db/schema/*.sql, which drizzle can't express, and grants the rights of the portal's role, in one
 * transaction. Every migration ends with this.
 */
export async function applyRepeatable(client: postgres.Sql, appRole: string): Promise<void> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  await client.begin(async (tx) => {
    for (const file of files) await tx.unsafe(readFileSync(new URL(file, folder), "utf8"));
    await grantRights(tx, appRole);
  });
}
