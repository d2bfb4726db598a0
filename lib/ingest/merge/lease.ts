import { listWaitingOrganisations } from "#db/queries/ingest/inbox.ts";
import type { LeaseWork } from "#lib/core/work.ts";
import { pause } from "#lib/platform/pause.ts";
import { mergeDeliveries } from "./merge.ts";

/** pause before the next attempt when another worker has locked the deliveries */
const lockedMs = 100;
/** pause after a failure that no delivery caused, such as a database that can't be written to */
const faultMs = 2_000;

/**
 * The loop's source of merges: one piece of work for each organisation with waiting deliveries, never two for the same
 * organisation at once. Nothing is leased; the inbox rows are locked while they are merged.
 */
export function leaseMerges(): LeaseWork {
  const busy = new Set<string>();
  return async (services, limit, signal) => {
    const waiting = await listWaitingOrganisations(services.db, [...busy], limit);
    return waiting.map((organisationId) => async () => {
      busy.add(organisationId);
      try {
        if ((await mergeDeliveries(services, organisationId, signal)) === 0)
          await pause(lockedMs, signal).catch(() => undefined);
      } catch (error) {
        await pause(faultMs, signal).catch(() => undefined);
        throw error;
      } finally {
        busy.delete(organisationId);
      }
    });
  };
}
