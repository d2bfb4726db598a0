import type { Transaction } from "#db/client.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import {
  type EventInput,
  type StoredDetection,
  insertDetections,
  listByIdentity,
  lockByIdentity,
  updateDetections,
} from "#db/queries/ingest/detection-writes.ts";
import type { Read } from "#db/queries/ingest/read-tickets.ts";
import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { type Observations, mergeObservations } from "#lib/domain/observations.ts";
import { listLagMs } from "#lib/domain/forwarding.ts";
import type { Status } from "#lib/domain/status.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { announceNew } from "./announce.ts";
import { changesBetween } from "./changes-between.ts";

/** How an observation arrived. */
type From =
  | { how: "poll"; read: Read }
  /** `order` comes from `webhookOrder`; `ticket` is the read ticket taken before the batch was stored */
  | { how: "webhook"; receivedAt: Date; order: string; ticket: number };

/** One alert as a poll or the webhook brought it, normalised and ready to be stored. */
export type Observation = {
  identity: Buffer;
  contentHash: Buffer;
  /** the alert's text as received, gzipped */
  raw: Buffer;
  detection: NormalisedDetection;
  /** the alert's ref; null if the observation doesn't contain one */
  ref: Json | null;
  from: From;
};

/** The result of storing an observation. */
export type Stored = { detectionId: string; outcome: "added" | "changed" | "same" };

/**
 * Stores at most 200 observations of one configuration's alerts. Inserts new alerts, and merges newer observations into
 * their detections. Both maps have the identities in hex as keys. Throws `StoreRaced` if another transaction inserted
 * one of the alerts meanwhile.
 */
export async function storeObservations(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  observations: ReadonlyMap<string, Observation>,
): Promise<Map<string, Stored>> {
  const { organisationId } = configuration;
  const { provider } = vendorOf(services, configuration).manifest.words;
  const now = services.now();
  const stored = new Map<string, Stored>();
  const added = new Map(observations);
  const changed = new Map<string, Observation>();
  const identities = [...observations.values()].map(({ identity }) => identity);
  for (const current of await listByIdentity(tx, organisationId, identities)) {
    const key = current.identity.toString("hex");
    const observation = added.get(key);
    added.delete(key);
    if (observation && isNewer(current, observation)) changed.set(key, observation);
    stored.set(key, { detectionId: current.id, outcome: "same" });
  }
  // a row lock is a write too, so only rows that will be updated are locked
  const changing = [...changed.values()].map(({ identity }) => identity);
  const updates: Parameters<typeof updateDetections>[2] = [];
  for (const current of await lockByIdentity(tx, organisationId, changing)) {
    const key = current.identity.toString("hex");
    const observation = changed.get(key);
    // checked again under the lock: a write-back may have read the alert meanwhile
    if (!observation || !isNewer(current, observation)) continue;
    const merged = mergeInto(current, observation, now);
    const before = { ...current.normalised, status: current.status };
    const source = observation.from.how === "poll" ? "vendor" : "webhook";
    const events = [
      ...firstSeenEvents(current, observation.from),
      ...changesBetween(before, merged.shown, provider, source),
    ];
    updates.push({ held: current, ...merged, events });
    stored.set(key, { detectionId: current.id, outcome: "changed" });
  }
  await updateDetections(tx, organisationId, updates, now);
  const rows = [...added].map(([key, observation]) => {
    const id = newId();
    stored.set(key, { detectionId: id, outcome: "added" });
    const { how } = observation.from;
    const event: EventInput = {
      id: newId(),
      kind: "received",
      actor: "PocketSOC",
      source: how === "poll" ? "worker" : "webhook",
      detail: { how, configuration: configuration.displayName, status: observation.detection.status },
      note: null,
    };
    const { id: configurationId, vendor } = configuration;
    const { identity } = observation;
    return { id, vendor, identity, configurationId, ...mergeInto(null, observation, now), event };
  });
  await insertDetections(tx, organisationId, rows, now);
  await announceNew(services, tx, configuration, rows);
  return stored;
}

/**
 * Merges an observation into a detection, or makes a new one if `current` is null. `shown` has the detection's fields.
 * `source` has the values of the row that stores the observations.
 */
function mergeInto(current: StoredDetection | null, observation: Observation, now: Date) {
  const { from, detection, raw, ref } = observation;
  const latest = { polled: polledOf(current), delivered: deliveredOf(current) };
  if (from.how === "poll") {
    latest.polled = detection;
    const shown = mergeObservations(latest);
    const source = {
      contentHash: observation.contentHash,
      readTicket: from.read.ticket,
      readAt: from.read.at,
      firstPolledAt: current?.firstPolledAt ?? now,
      missedPolls: 0,
      ref,
      raw,
      ...storedApart(latest),
      normalised: shown,
    };
    return { shown, source };
  }
  latest.delivered = detection;
  const merged = mergeObservations(latest);
  const source = {
    firstDeliveredAt: current?.firstDeliveredAt ?? from.receivedAt,
    webhookOrder: from.order,
    webhookTicket: current?.webhookTicket ?? from.ticket,
    // a webhook body may say anything, so a ref that a poll brought is kept
    ref: current?.firstPolledAt ? current.ref : (ref ?? current?.ref ?? null),
    webhookRaw: raw,
    ...storedApart(latest),
    normalised: merged,
  };
  return { shown: { ...merged, status: statusAfterDelivery(current, merged.status) }, source };
}

/**
 * Returns the values of the columns `polled` and `delivered`. Both are null while only one observation exists, because
 * `normalised` has the same content.
 */
function storedApart({ polled, delivered }: Observations): Observations {
  return polled && delivered ? { polled, delivered } : { polled: null, delivered: null };
}
const polledOf = (current: StoredDetection | null) =>
  current?.firstPolledAt ? (current.polled ?? current.normalised) : null;
const deliveredOf = (current: StoredDetection | null) =>
  current?.firstDeliveredAt ? (current.delivered ?? current.normalised) : null;

/**
 * Returns a detection's status after a delivery. The delivered status counts only until a poll or a write-back has read
 * the alert.
 */
const statusAfterDelivery = (current: StoredDetection | null, delivered: Status) =>
  current && (current.firstPolledAt || current.readTicket > 0) ? current.status : delivered;

/**
 * Returns a timeline event if a poll now finds an alert that only the webhook had brought, or the reverse. Otherwise
 * returns an empty array.
 */
function firstSeenEvents(current: StoredDetection, { how }: From): EventInput[] {
  const isFirst = how === "poll" ? !current.firstPolledAt : !current.firstDeliveredAt;
  const event: EventInput = {
    id: newId(),
    kind: "seen",
    actor: "PocketSOC",
    source: how === "poll" ? "worker" : "webhook",
    detail: { how, after: current.missedPolls },
    note: null,
  };
  return isFirst ? [event] : [];
}

/**
 * Whether an observation is newer than what is stored. If a poll finds only another status shortly after the last read,
 * the observation isn't newer, because the vendor's list may lag.
 */
function isNewer(
  current: Pick<StoredDetection, "contentHash" | "status" | "readTicket" | "readAt" | "webhookOrder">,
  { from, contentHash, detection }: Observation,
): boolean {
  if (from.how === "webhook") return current.webhookOrder === null || from.order > current.webhookOrder;
  if (current.readTicket > from.read.ticket) return false;
  if (!current.contentHash?.equals(contentHash)) return true;
  return current.status !== detection.status && from.read.at.getTime() - current.readAt.getTime() > listLagMs;
}
