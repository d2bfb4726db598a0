import { inOrganisation, retryIfRaced } from "#db/client.ts";
import {
  deleteConfigurationRow,
  deleteDetections,
  isBeingDeleted,
} from "#db/queries/triage/configuration-rows.ts";
import type { Services } from "#lib/core/context.ts";

/**
 * the number of detections deleted in one transaction, because a transaction locks the organisation's change sequence
 */
const perTransaction = 200;

/**
 * Deletes a configuration that is marked as deleted. Deletes its detections first, in batches. After an interruption,
 * the next call continues.
 */
export async function deleteConfigurationRowsOf(
  services: Services,
  { organisationId, configurationId }: { organisationId: string; configurationId: string },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const mayHaveMore = await inOrganisation(services.db, organisationId, async (tx) => {
      if (!(await isBeingDeleted(tx, organisationId, configurationId))) return null;
      return (
        (await deleteDetections(tx, organisationId, configurationId, perTransaction, services.now())) > 0
      );
    });
    if (mayHaveMore) continue;
    if (mayHaveMore === null) return;
    const isGone = await retryIfRaced(() =>
      inOrganisation(services.db, organisationId, (tx) =>
        deleteConfigurationRow(tx, organisationId, configurationId),
      ),
    );
    if (isGone) return;
  }
}
