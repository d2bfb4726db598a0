import { and, eq, inArray } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { outbox, statusChanges } from "../../schema/index.ts";

/** Takes what wasn't sent yet of a configuration off the queue. */
export async function removeOutboxOf(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
): Promise<void> {
  const unsent = tx
    .select({ id: statusChanges.id })
    .from(statusChanges)
    .where(
      and(
        eq(statusChanges.organisationId, organisationId),
        eq(statusChanges.configurationId, configurationId),
        inArray(statusChanges.state, ["held", "sending"]),
      ),
    );
  await tx.delete(outbox).where(inArray(outbox.changeId, unsent));
}
