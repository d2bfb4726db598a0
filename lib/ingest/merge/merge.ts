import { inOrganisation, retryIfRaced, StoreRaced, type Transaction } from "#db/client.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { holdConfigurations } from "#db/queries/sources/hold-configurations.ts";
import { putDeliveries } from "#db/queries/ingest/deliveries.ts";
import { lockByIdentity } from "#db/queries/ingest/detection-writes.ts";
import {
  lockInboxRows,
  type InboxRow,
  delayDeliveries,
  postponeDelivery,
  removeFromInbox,
} from "#db/queries/ingest/inbox.ts";
import { takeReadTicket } from "#db/queries/ingest/read-tickets.ts";
import { type Backoff, backoffMs } from "#lib/domain/backoff.ts";
import { isDatabaseUnavailable } from "#lib/platform/errors.ts";
import type { Services } from "#lib/core/context.ts";
import { storeObservations, type Stored } from "../observe/store-observations.ts";
import { recordUse, useOf } from "./note-use.ts";
import { observationsByConfiguration, type RoutedDelivery, place } from "./route.ts";
import { alertsOf, readDelivery } from "./read-delivery.ts";
import { resultOf } from "./result.ts";

/** deliveries and alerts after which no more join a transaction: it holds its organisation's change sequence */
const deliveriesAtOnce = 200;
const alertsAtOnce = 200;
/** all of a transaction's bodies are in memory at once */
const bytesAtOnce = 8 * 1_048_576;

const backoff: Backoff = { firstMs: 1_000, maxMs: 300_000 };
/** until a worker with another keyring may have them */
const otherKeyringMs = 30_000;

/** then it is another organisation's turn */
const roundsAtOnce = 10;

/**
 * Merges an organisation's waiting deliveries, oldest first, ten batches at most; says how many. Each batch is one
 * transaction: its alerts, what became of each delivery, and the inbox rows' end. A crash anywhere leaves all of it
 * or nothing.
 */
export async function mergeDeliveries(
  services: Services,
  organisationId: string,
  signal: AbortSignal,
): Promise<number> {
  let merged = 0;
  for (let most = deliveriesAtOnce, rounds = roundsAtOnce; rounds > 0 && !signal.aborted; rounds--) {
    const begun: InboxRow[] = [];
    try {
      const took = await retryIfRaced(() =>
        inOrganisation(services.db, organisationId, (tx) =>
          mergeBatch(services, tx, organisationId, most, begun),
        ),
      );
      if (took === 0) return merged;
      merged += took;
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      services.log("delivery.merge_failed", { organisationId, deliveries: begun.length, error });
      const [only] = begun;
      if (!only) throw error;
      // each of them by itself, so that one that fails holds up no other
      if (most === 1)
        await postponeDelivery(services.db, only.arrival, backoffMs(backoff, only.attempts + 1, Math.random));
      else rounds += begun.length;
      most = 1;
    }
  }
  return merged;
}

// long: one transaction, in the order that keeps its locks apart
async function mergeBatch(
  services: Services,
  tx: Transaction,
  organisationId: string,
  most: number,
  begun: InboxRow[],
): Promise<number> {
  const claimed = await lockInboxRows(tx, organisationId, most, bytesAtOnce);
  begun.splice(0, begun.length, ...claimed);
  if (claimed.length === 0) return 0;
  const { ticket } = await takeReadTicket(tx);
  const configurations = (await listConfigurations(tx, organisationId)).map((one) => one.configuration);
  const placed: RoutedDelivery[] = [];
  const sealedOtherwise: number[] = [];
  let alerts = 0;
  for (const row of claimed) {
    const read = readDelivery(services, row);
    if (!read) {
      sealedOtherwise.push(row.arrival);
      continue;
    }
    alerts += alertsOf(read.reading).length;
    // what is left stays in the inbox for the next batch
    if (placed.length > 0 && alerts > alertsAtOnce) break;
    placed.push(place(services, read, configurations, ticket));
  }
  if (sealedOtherwise.length > 0) {
    services.log("delivery.sealed_otherwise", { organisationId, deliveries: sealedOtherwise.length });
    await delayDeliveries(tx, sealedOtherwise, otherKeyringMs);
  }
  const stored = new Map<string, Stored>();
  const groups = observationsByConfiguration(placed);
  const use = useOf(placed, configurations);
  const named = new Set([...groups.map(({ configuration }) => configuration.id), ...use.heard.keys()]);
  // one was deleted since: placed anew, its alerts belong to nobody
  if ((await holdConfigurations(tx, organisationId, named)).size < named.size) throw new StoreRaced();
  const chosen = new Set(groups.flatMap(({ copies }) => copies.map(([, copy]) => copy)));
  // whoever locks detections does so before the change sequence, so what takes several rounds locks all first
  if (groups.length > 1 || chosen.size > alertsAtOnce)
    await lockByIdentity(
      tx,
      organisationId,
      [...chosen].map((copy) => copy.identity),
    );
  for (const { configuration, copies } of groups)
    for (let at = 0; at < copies.length; at += alertsAtOnce) {
      const some = new Map(copies.slice(at, at + alertsAtOnce));
      for (const [key, one] of await storeObservations(services, tx, configuration, some))
        stored.set(key, one);
    }
  const now = services.now();
  await recordUse(tx, organisationId, use);
  // on their way together; the first that fails ends them all
  await Promise.all([
    putDeliveries(
      tx,
      placed.map((one) => resultOf(one, stored, chosen, now)),
    ),
    removeFromInbox(
      tx,
      placed.map(({ read }) => read.row.arrival),
    ),
  ]);
  return placed.length + sealedOtherwise.length;
}
