import { gte, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { webhookRefusals } from "../../schema/index.ts";

/** Adds calls with tokens that aren't good to their hour, by the token's id (the nil UUID: never ours). */
export async function addRefusals(
  db: Database,
  at: Date,
  counted: ReadonlyMap<string, number>,
): Promise<void> {
  const hour = new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
  await db
    .insert(webhookRefusals)
    .values([...counted].map(([tokenId, count]) => ({ hour, tokenId, count })))
    .onConflictDoUpdate({
      target: [webhookRefusals.hour, webhookRefusals.tokenId],
      set: { count: sql`${webhookRefusals.count} + excluded.count` },
    });
}

/** Calls refused since `since`, by the token's id. */
export async function listRefusals(tx: Transaction, since: Date): Promise<Map<string, number>> {
  const rows = await tx
    .select({ tokenId: webhookRefusals.tokenId, count: sql<number>`sum(${webhookRefusals.count})::integer` })
    .from(webhookRefusals)
    .where(gte(webhookRefusals.hour, since))
    .groupBy(webhookRefusals.tokenId);
  return new Map(rows.map((row) => [row.tokenId, row.count]));
}
