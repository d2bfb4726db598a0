import type { Transaction } from "#db/client.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { type EventInput } from "#db/queries/ingest/detection-events.ts";
import { insertDetections, updateDetections } from "#db/queries/ingest/detection-writes.ts";
import {
  type StoredDetection,
  listByIdentity,
  listReadings,
  lockByIdentity,
} from "#db/queries/ingest/stored-detections.ts";
import { lacksSeverity } from "#lib/domain/observations.ts";
import { isBacklog } from "#lib/domain/novelty.ts";
import { listLagMs } from "#lib/domain/forwarding.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import {
  announceChanges,
  announceNew,
  announceSeverities,
  announceWaited,
  uncountHistory,
} from "./announce.ts";
import { changesBetween } from "./changes-between.ts";
import { completed, completedPoll } from "./complete.ts";
import type { Observation, Stored } from "./observation.ts";
import { deliveredOf, mergeInto } from "./merge-into.ts";
import { dropRereadEvents } from "./reread.ts";

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
  const vendor = vendorOf(services, configuration);
  const now = services.now();
  const stored = new Map<string, Stored>();
  const added = new Map(observations);
  const newer: { current: SourceRow; observation: Observation }[] = [];
  const identities = [...observations.values()].map(({ identity }) => identity);
  for (const current of await listByIdentity(tx, organisationId, identities)) {
    const key = current.identity.toString("hex");
    const observation = added.get(key);
    added.delete(key);
    if (observation && isNewer(current, observation)) newer.push({ current, observation });
    stored.set(key, { detectionId: current.id, outcome: "same" });
  }
  const changed = await withoutRepeats(tx, vendor, organisationId, newer);
  // a row lock is a write too, so only rows that will be updated are locked
  const changing = [...changed.values()].map(({ identity }) => identity);
  const updates: Update[] = [];
  const fromOf = new Map<Update, Observation["from"]>();
  for (const current of await lockByIdentity(tx, organisationId, changing)) {
    const key = current.identity.toString("hex");
    const observation = changed.get(key);
    const update = observation && updateOf(vendor, current, observation, now);
    if (!update) continue;
    updates.push(update);
    fromOf.set(update, observation.from);
    stored.set(key, { detectionId: current.id, outcome: "changed" });
  }
  await dropRereadEvents(tx, vendor, organisationId, updates);
  await announceChanges(services, tx, organisationId, updates);
  const met = [...fromOf].map(([update, from]) => ({ ...update, from }));
  const waited = await announceWaited(services, tx, configuration, met);
  await updateDetections(tx, organisationId, updates, now);
  const rows = [...added].map(([key, observation]) => {
    const row = newRow(configuration, observation, now);
    stored.set(key, { detectionId: row.id, outcome: "added" });
    return row;
  });
  await insertDetections(tx, organisationId, rows, now);
  await announceNew(services, tx, configuration, rows);
  await uncountHistory(tx, configuration, waited);
  const rated = updates.filter(({ held, shown }) => lacksSeverity(held.normalised) && !lacksSeverity(shown));
  await announceSeverities(
    tx,
    rated.map(({ held }) => held.id),
  );
  return stored;
}

/** Returns the row of a new detection, with its first timeline event and how the alert came. */
function newRow(configuration: ConfigurationRow, { identity, from, ...rest }: Observation, now: Date) {
  const { id: configurationId, vendor, displayName, lastGoodSyncAt } = configuration;
  const { how } = from;
  const event: EventInput = {
    id: newId(),
    kind: "received",
    actor: "PocketSOC",
    source: how === "poll" ? "worker" : "webhook",
    detail: { how, configuration: displayName, status: rest.detection.status },
    note: null,
  };
  const merged = mergeInto(null, { identity, from, ...rest }, now);
  return {
    id: newId(),
    vendor,
    identity,
    configurationId,
    isBacklog: how === "poll" && isBacklog(merged.shown, lastGoodSyncAt, now),
    from,
    ...merged,
    event,
  };
}

type SourceRow = Awaited<ReturnType<typeof listByIdentity>>[number];
type Update = Parameters<typeof updateDetections>[2][number];

/**
 * Removes the polled observations that repeat in another form what is stored. Reads without a lock, because all alerts of a
 * poll may come in another form. Returns the other observations by identity in hex.
 */
async function withoutRepeats(
  tx: Transaction,
  vendor: Vendor,
  organisationId: string,
  newer: readonly { current: SourceRow; observation: Observation }[],
): Promise<Map<string, Observation>> {
  const kept = new Map(newer.map((each) => [each.current.identity.toString("hex"), each]));
  const incomplete = newer.filter(
    ({ current, observation: { from, leftOut } }) =>
      from.how === "poll" && current.firstPolledAt !== null && leftOut.length > 0,
  );
  const identities = incomplete.map(({ current }) => current.identity);
  for (const reading of await listReadings(tx, organisationId, identities)) {
    const key = reading.identity.toString("hex");
    const each = kept.get(key);
    if (!each) continue;
    const { observation, isRepeat } = completedPoll(vendor, each.observation, {
      ...each.current,
      ...reading,
    });
    if (!isNewer(each.current, observation, isRepeat)) kept.delete(key);
  }
  return new Map([...kept].map(([key, { observation }]) => [key, observation]));
}

/** Returns what an observation changes in a locked detection, or null if the detection has something newer by now. */
function updateOf(vendor: Vendor, current: StoredDetection, received: Observation, now: Date): Update | null {
  const { observation, isRepeat } =
    received.from.how === "poll"
      ? completedPoll(vendor, received, current)
      : { observation: completed(vendor, received, deliveredOf(current)), isRepeat: false };
  // asked again under the lock: a write-back may have read the alert meanwhile
  if (!isNewer(current, observation, isRepeat)) return null;
  const merged = mergeInto(current, observation, now);
  const before = { ...current.normalised, status: current.status };
  const source = observation.from.how === "poll" ? "vendor" : "webhook";
  const events = [
    ...firstSeenEvents(current, observation.from),
    ...changesBetween(before, merged.shown, vendor.manifest.words.provider, source),
  ];
  return { held: current, ...merged, events };
}

/**
 * Returns a timeline event if a poll now finds an alert that only the webhook had brought, or the reverse. Otherwise
 * returns an empty array.
 */
function firstSeenEvents(current: StoredDetection, { how }: Observation["from"]): EventInput[] {
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
 * the observation isn't newer, because the vendor's list may lag. `isRepeat` comes from `completedPoll`.
 */
function isNewer(
  current: Pick<StoredDetection, "contentHash" | "status" | "readTicket" | "readAt" | "webhookOrder">,
  { from, contentHash, detection }: Observation,
  isRepeat = false,
): boolean {
  if (from.how === "webhook") return current.webhookOrder === null || from.order > current.webhookOrder;
  if (current.readTicket > from.read.ticket) return false;
  if (!isRepeat && !current.contentHash?.equals(contentHash)) return true;
  return current.status !== detection.status && from.read.at.getTime() - current.readAt.getTime() > listLagMs;
}
