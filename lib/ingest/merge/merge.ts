import { inOrganisation, retryIfRaced, StoreRaced, type Transaction } from "#db/client.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { holdConfigurations } from "#db/queries/sources/hold-configurations.ts";
import { putDeliveries } from "#db/queries/ingest/deliveries.ts";
import { lockByIdentity } from "#db/queries/ingest/stored-detections.ts";
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
import { mayStill } from "#lib/core/requester.ts";
import type { Stored } from "../observe/observation.ts";
import { storeObservations } from "../observe/store-observations.ts";
import { recordUse, useOf } from "./note-use.ts";
import { observationsByConfiguration, type RoutedDelivery, routeDelivery } from "./route.ts";
import { alertsOf, readDelivery } from "./read-delivery.ts";
import { resultOf } from "./result.ts";

/**
 * the maximum number of deliveries in one transaction, because a transaction locks the organisation's change sequence
 */
const deliveriesLimit = 200;
const alertsLimit = 200;
/** the maximum total size of the bodies in one transaction, because all of them are in memory */
const bytesLimit = 8 * 1_048_576;

const backoff: Backoff = { firstMs: 1_000, maxMs: 300_000 };
/**
 * how long a delivery waits if this worker's keyring can't open the body; meanwhile another worker may merge the
 * delivery
 */
const otherKeyringMs = 30_000;

/** the number of batches after which the worker goes on with another organisation */
const roundsLimit = 10;

/**
 * Merges an organisation's waiting deliveries, oldest first, in at most ten batches. Returns the number of merged
 * deliveries. Each batch is one transaction, so a crash neither loses nor repeats a delivery.
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
  const barred = await listBarred(services, tx, locked);
  let alerts = 0;
  for (const row of locked) {
    if (barred.includes(row.arrival)) continue;
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
  const use = useOf(routed, configurations);
  const named = new Set([...groups.map(({ configuration }) => configuration.id), ...use.heard.keys()]);
  // a configuration was deleted since; routed again, its alerts belong to nobody
  if ((await holdConfigurations(tx, organisationId, named)).size < named.size) throw new StoreRaced();
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
  await recordUse(tx, organisationId, use);
  // pipelined on one connection; the first failure ends both
  await Promise.all([
    putDeliveries(
      tx,
      routed.map((delivery) => resultOf(delivery, stored, chosen, now)),
    ),
    removeFromInbox(tx, [...routed.map(({ read }) => read.row.arrival), ...barred]),
  ]);
  return routed.length + sealedOtherwise.length + barred.length;
}

/**
 * Lists the replays whose requester may not replay deliveries any more. They leave the inbox unmerged, and their deliveries
 * stay as they were.
 */
async function listBarred(services: Services, tx: Transaction, rows: readonly InboxRow[]): Promise<number[]> {
  const barred: number[] = [];
  for (const { arrival, id, organisationId, requester } of rows) {
    if (!requester || (await mayStill(services, tx, organisationId, requester, "settings.manage"))) continue;
    services.log("delivery.replay_barred", { organisationId, id });
    barred.push(arrival);
  }
  return barred;
}
