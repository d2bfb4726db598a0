import { and, eq, lt } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { abandonedRuns } from "../../schema/index.ts";

/** Records that a person left the page of a running verification. */
export async function insertAbandonedRun(tx: Transaction, organisationId: string, id: string): Promise<void> {
  await tx.insert(abandonedRuns).values({ organisationId, id }).onConflictDoNothing();
}

/** Whether a person has left the page of a running verification. */
export async function isAbandonedRun(tx: Transaction, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx
    .select({ id: abandonedRuns.id })
    .from(abandonedRuns)
    .where(and(eq(abandonedRuns.organisationId, organisationId), eq(abandonedRuns.id, id)));
  return rows.length === 1;
}

/** Deletes records of abandoned verifications that were made before `before`. */
export async function deleteOldAbandonedRuns(
  tx: Transaction,
  organisationId: string,
  before: Date,
): Promise<void> {
  await tx
    .delete(abandonedRuns)
    .where(and(eq(abandonedRuns.organisationId, organisationId), lt(abandonedRuns.at, before)));
}
