import { inOrganisation, retryIfRaced, type Transaction } from "#db/client.ts";
import { putSkippedAlerts } from "#db/queries/sources/configuration-health.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Read } from "#db/queries/ingest/read-tickets.ts";
import { isDataError } from "#lib/platform/errors.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { RawAlert } from "#lib/vendors/contract.ts";
import type { Services } from "#lib/core/context.ts";
import { type PollTally, observeAlerts } from "./observe-alerts.ts";

/** so many that can't be stored one by one mean that it isn't them */
const refusedMax = 10;

/**
 * Stores a batch of alerts (at most 200) that a read brought, in a transaction that begins with `hold`. Where the
 * store refuses what is in it, they are stored one by one, and the one that is refused is kept with the reason: it
 * holds up no other. Throws what `hold` and the store throw otherwise.
 */
export async function observeBatch(
  services: Services,
  configuration: ConfigurationRow,
  alerts: RawAlert[],
  read: Read,
  hold: (tx: Transaction) => Promise<void>,
): Promise<PollTally> {
  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
    retryIfRaced(() =>
      inOrganisation(services.db, configuration.organisationId, async (tx) => {
        await hold(tx);
        return work(tx);
      }),
    );
  const store = (some: RawAlert[]) =>
    inTransaction((tx) => observeAlerts(services, tx, configuration, some, read));
  try {
    return await store(alerts);
  } catch (error) {
    if (!isDataError(error)) throw error;
  }
  const tally: PollTally = { read: 0, added: 0, changed: 0, skipped: 0 };
  let refused = 0;
  for (const alert of alerts) {
    try {
      addTally(tally, await store([alert]));
    } catch (error) {
      if (!isDataError(error) || ++refused > refusedMax) throw error;
      services.log("poll.alert_refused", { configurationId: configuration.id, error });
      const reason = "The database refused what is in it; the log has why.";
      const skipped = [{ bodyHash: sha256(alert.text), reason, body: alert.text }];
      await inTransaction((tx) =>
        putSkippedAlerts(tx, configuration.organisationId, configuration.id, skipped),
      );
      addTally(tally, { read: 1, added: 0, changed: 0, skipped: 1 });
    }
  }
  return tally;
}

/** Adds one tally to another. */
export function addTally(tally: PollTally, more: PollTally): void {
  for (const key of ["read", "added", "changed", "skipped"] as const) tally[key] += more[key];
}
