import { inOrganisation, retryIfRaced } from "#db/client.ts";
import {
  deleteConfigurationRow,
  deleteDetections,
  isBeingDeleted,
} from "#db/queries/triage/configuration-rows.ts";
import type { Services } from "#lib/core/context.ts";

/** how many detections are deleted in one transaction, which keeps the organisation's change sequence locked */
const perTransaction = 200;

/**
 * Deletes the detections of a configuration that is marked as deleted, in batches, and then the configuration. May be
 * interrupted at any point, because the next run continues.
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
