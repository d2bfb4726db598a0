import { and, desc, eq, lt, notInArray, or } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { skippedAlerts } from "../../schema/index.ts";

/**
 * Deletes the skipped alerts that were last seen before `before`. Of the others, keeps only the newest `kept`. Returns the
 * number of deleted rows.
 */
export async function deleteOldSkippedAlerts(
  tx: Transaction,
  organisationId: string,
  before: Date,
  kept: number,
): Promise<number> {
  const own = eq(skippedAlerts.organisationId, organisationId);
  const newest = tx
    .select({ hash: skippedAlerts.bodyHash })
    .from(skippedAlerts)
    .where(own)
    .orderBy(desc(skippedAlerts.lastSeenAt))
    .limit(kept);
  const rows = await tx
    .delete(skippedAlerts)
    .where(and(own, or(lt(skippedAlerts.lastSeenAt, before), notInArray(skippedAlerts.bodyHash, newest))))
    .returning({ hash: skippedAlerts.bodyHash });
  return rows.length;
}
