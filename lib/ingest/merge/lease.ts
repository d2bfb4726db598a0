import { listWaitingOrganisations } from "#db/queries/ingest/inbox.ts";
import type { LeaseWork } from "#lib/core/work.ts";
import { pauseOrAbort } from "#lib/platform/pause.ts";
import { mergeDeliveries } from "./merge.ts";

/** the pause before a worker tries again to merge deliveries that another worker has locked */
const lockedMs = 100;
/** the pause after a failure that isn't caused by a delivery, such as a read-only database */
const faultMs = 2_000;

/**
 * Finds merge work: one piece for each organisation with waiting deliveries. One worker never runs two pieces for the
 * same organisation.
 */
export function leaseMerges(): LeaseWork {
  const busy = new Set<string>();
  return async (services, limit, signal) => {
    const waiting = await listWaitingOrganisations(services.db, [...busy], limit);
    return waiting.map((organisationId) => async () => {
      busy.add(organisationId);
      try {
        if ((await mergeDeliveries(services, organisationId, signal)) === 0)
          await pauseOrAbort(lockedMs, signal);
      } catch (error) {
        await pauseOrAbort(faultMs, signal);
        throw error;
      } finally {
        busy.delete(organisationId);
      }
    });
  };
}
