import { inOrganisation } from "#db/client.ts";
import {
  deleteConfigurationRow,
  deleteDetections,
  isBeingDeleted,
} from "#db/queries/triage/configuration-rows.ts";
import type { Services } from "#lib/core/context.ts";

/** detections in one transaction, which holds the organisation's change sequence until it commits */
const perTransaction = 200;

/**
 * Deletes the rows of a configuration that was marked deleted, in batches, and the configuration itself at the end. Cut off
 * anywhere, it goes on where it was when it is run again.
 */
export async function deleteConfigurationRowsOf(
  services: Services,
  { organisationId, configurationId }: { organisationId: string; configurationId: string },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const left = await inOrganisation(services.db, organisationId, async (tx) => {
      if (!(await isBeingDeleted(tx, organisationId, configurationId))) return false;
      const count = await deleteDetections(
        tx,
        organisationId,
        configurationId,
        perTransaction,
        services.now(),
      );
      if (count === 0) await deleteConfigurationRow(tx, organisationId, configurationId);
      return count > 0;
    });
    if (!left) return;
  }
}
