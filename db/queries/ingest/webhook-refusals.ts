import { gte, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { webhookRefusals } from "../../schema/index.ts";

/**
 * Adds requests with invalid tokens to the counts of the hour. `counts` is keyed by token id; the nil UUID stands for tokens
 * that PocketSOC never issued.
 */
export async function addRefusals(
  db: Database,
  at: Date,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const hour = new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
  await db
    .insert(webhookRefusals)
    .values([...counts].map(([tokenId, count]) => ({ hour, tokenId, count })))
    .onConflictDoUpdate({
      target: [webhookRefusals.hour, webhookRefusals.tokenId],
      set: { count: sql`${webhookRefusals.count} + excluded.count` },
    });
}

/** Counts the webhook requests that were refused since `since`, keyed by token id. */
export async function listRefusals(tx: Transaction, since: Date): Promise<Map<string, number>> {
  const rows = await tx
    .select({ tokenId: webhookRefusals.tokenId, count: sql<number>`sum(${webhookRefusals.count})::integer` })
    .from(webhookRefusals)
    .where(gte(webhookRefusals.hour, since))
    .groupBy(webhookRefusals.tokenId);
  return new Map(rows.map((row) => [row.tokenId, row.count]));
}
