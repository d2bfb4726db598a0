import { inOrganisation, repeatIfRaced } from "#db/client.ts";
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
    const isLeft = await inOrganisation(services.db, organisationId, async (tx) => {
      if (!(await isBeingDeleted(tx, organisationId, configurationId))) return null;
      return (
        (await deleteDetections(tx, organisationId, configurationId, perTransaction, services.now())) > 0
      );
    });
    if (isLeft) continue;
    if (isLeft === null) return;
    const isGone = await repeatIfRaced(() =>
      inOrganisation(services.db, organisationId, (tx) =>
        deleteConfigurationRow(tx, organisationId, configurationId),
      ),
    );
    if (isGone) return;
  }
}
