import { inOrganisation, retryIfRaced, type Transaction } from "#db/client.ts";
import { putSkippedAlerts } from "#db/queries/sources/configuration-health.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Read } from "#db/queries/ingest/read-tickets.ts";
import { isDataError } from "#lib/platform/errors.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { RawAlert } from "#lib/vendors/contract.ts";
import type { Services } from "#lib/core/context.ts";
import { type PollTally, observeAlerts } from "./observe-alerts.ts";

/** if the database refuses more alerts than this, the alerts aren't the cause */
const refusedMax = 10;

/**
 * Stores at most 200 alerts that a poll found. Each transaction first calls `lock`. If the database refuses the data,
 * stores the alerts one by one and records the refused ones as skipped. Throws the errors of `lock` and all other
 * errors of the database.
 */
export async function observeBatch(
  services: Services,
  configuration: ConfigurationRow,
  alerts: RawAlert[],
  read: Read,
  lock: (tx: Transaction) => Promise<void>,
): Promise<PollTally> {
  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
    retryIfRaced(() =>
      inOrganisation(services.db, configuration.organisationId, async (tx) => {
        await lock(tx);
        return work(tx);
      }),
    );
  const store = (batch: RawAlert[]) =>
    inTransaction((tx) => observeAlerts(services, tx, configuration, batch, read));
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
      const reason = "The database refused this alert; the log says why.";
      const skipped = [{ bodyHash: sha256(alert.text), reason, body: alert.text }];
      await inTransaction((tx) =>
        putSkippedAlerts(tx, configuration.organisationId, configuration.id, skipped),
      );
      addTally(tally, { read: 1, added: 0, changed: 0, skipped: 1 });
    }
  }
  return tally;
}

/** Adds the counts of `more` to `tally`. */
export function addTally(tally: PollTally, more: PollTally): void {
  for (const key of ["read", "added", "changed", "skipped"] as const) tally[key] += more[key];
}
