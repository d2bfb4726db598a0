import { listWaitingOrganisations } from "#db/queries/ingest/inbox.ts";
import type { LeaseWork } from "#lib/core/work.ts";
import { pause } from "#lib/platform/pause.ts";
import { mergeDeliveries } from "./merge.ts";

/** until the next look at deliveries that another worker has locked */
const lockedMs = 100;
/** until the next look after a fault that isn't a delivery's, as of a database that can be read and not written */
const faultMs = 2_000;

/**
 * What merges waiting deliveries, a piece of work for each organisation and never two at once. Nothing is leased: rows of the
 * inbox are locked while they are merged.
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
