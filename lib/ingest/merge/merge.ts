import { inOrganisation, retryIfRaced, type Transaction } from "#db/client.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
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
import { recordUse } from "./note-use.ts";
import { observationsByConfiguration, type RoutedDelivery, routeDelivery } from "./route.ts";
import { alertsOf, readDelivery } from "./read-delivery.ts";
import { resultOf } from "./result.ts";

/** limits of one transaction, which locks its organisation's change sequence */
const deliveriesLimit = 200;
const alertsLimit = 200;
/** limit of one transaction's bodies, which are all in memory */
const bytesLimit = 8 * 1_048_576;

const backoff: Backoff = { firstMs: 1_000, maxMs: 300_000 };
/** deliveries that this keyring can't open wait this long, so that a worker with another keyring can take them */
const otherKeyringMs = 30_000;

/** after this many batches another organisation has its turn */
const roundsLimit = 10;

/**
 * Merges an organisation's waiting deliveries, oldest first, in at most ten batches. Returns how many were merged. Each batch is
 * one transaction that stores its alerts and each delivery's result and deletes the inbox rows, so that a crash loses nothing
 * and repeats nothing.
 */
export async function mergeDeliveries(
  services: Services,
  organisationId: string,
  signal: AbortSignal,
): Promise<number> {
  let merged = 0;
  for (let limit = deliveriesLimit, rounds = roundsLimit; rounds > 0 && !signal.aborted; rounds--) {
    const locked: InboxRow[] = [];
    try {
      const count = await retryIfRaced(() =>
        inOrganisation(services.db, organisationId, (tx) =>
          mergeBatch(services, tx, organisationId, limit, locked),
        ),
      );
      if (count === 0) return merged;
      merged += count;
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      services.log("delivery.merge_failed", { organisationId, deliveries: locked.length, error });
      const [first] = locked;
      if (!first) throw error;
      // from here on one delivery at a time, so that one that fails delays no other
      if (limit === 1)
        await postponeDelivery(
          services.db,
          first.arrival,
          backoffMs(backoff, first.attempts + 1, Math.random),
        );
      else rounds += locked.length;
      limit = 1;
    }
  }
  return merged;
}

// long: one transaction, in the order that keeps its locks apart
async function mergeBatch(
  services: Services,
  tx: Transaction,
  organisationId: string,
  limit: number,
  locked: InboxRow[],
): Promise<number> {
  locked.splice(0, locked.length, ...(await lockInboxRows(tx, organisationId, limit, bytesLimit)));
  if (locked.length === 0) return 0;
  const { ticket } = await takeReadTicket(tx);
  const configurations = (await listConfigurations(tx, organisationId)).map(
    ({ configuration }) => configuration,
  );
  const routed: RoutedDelivery[] = [];
  const sealedOtherwise: number[] = [];
  let alerts = 0;
  for (const row of locked) {
    const read = readDelivery(services, row);
    if (!read) {
      sealedOtherwise.push(row.arrival);
      continue;
    }
    alerts += alertsOf(read.reading).length;
    // the remaining rows stay in the inbox for the next batch
    if (routed.length > 0 && alerts > alertsLimit) break;
    routed.push(routeDelivery(services, read, configurations, ticket));
  }
  if (sealedOtherwise.length > 0) {
    services.log("delivery.sealed_otherwise", { organisationId, deliveries: sealedOtherwise.length });
    await delayDeliveries(tx, sealedOtherwise, otherKeyringMs);
  }
  const stored = new Map<string, Stored>();
  const groups = observationsByConfiguration(routed);
  const chosen = new Set(
    groups.flatMap(({ observations }) => observations.map(([, observation]) => observation)),
  );
  // every writer locks detections before the change sequence, so several rounds lock all of theirs first
  if (groups.length > 1 || chosen.size > alertsLimit)
    await lockByIdentity(
      tx,
      organisationId,
      [...chosen].map(({ identity }) => identity),
    );
  for (const { configuration, observations } of groups)
    for (let at = 0; at < observations.length; at += alertsLimit) {
      const part = new Map(observations.slice(at, at + alertsLimit));
      for (const [key, result] of await storeObservations(services, tx, configuration, part))
        stored.set(key, result);
    }
  const now = services.now();
  await recordUse(tx, organisationId, routed, configurations);
  // pipelined on one connection; the first failure ends both
  await Promise.all([
    putDeliveries(
      tx,
      routed.map((delivery) => resultOf(delivery, stored, chosen, now)),
    ),
    removeFromInbox(
      tx,
      routed.map(({ read }) => read.row.arrival),
    ),
  ]);
  return routed.length + sealedOtherwise.length;
}
