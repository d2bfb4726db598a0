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

/** How a copy came: by a read of the vendor, or by its webhook. */
type From =
  | { how: "poll"; read: Read }
  /** `order` is `webhookOrder`'s; `ticket` was taken before the batch was stored */
  | { how: "webhook"; receivedAt: Date; order: string; ticket: number };

/** One copy of an alert, understood and ready to be stored. */
export type Observation = {
  identity: Buffer;
  contentHash: Buffer;
  /** as received, gzipped */
  raw: Buffer;
  detection: NormalisedDetection;
  /** where the vendor finds it again, where the copy says so */
  ref: Json | null;
  from: From;
};

/** What became of a copy. */
export type Stored = { detectionId: string; outcome: "added" | "changed" | "same" };

/**
 * Stores copies of one configuration's alerts, at most 200, one an identity: new ones inserted, news merged into
 * what stands with every changed field in the timeline, the rest left alone without so much as a lock. Throws
 * `StoreRaced` when another transaction stored one of them meanwhile: `retryIfRaced` does it all again.
 */
export async function storeObservations(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  copies: ReadonlyMap<string, Observation>,
): Promise<Map<string, Stored>> {
  const { organisationId } = configuration;
  const { provider } = vendorOf(services, configuration).manifest.words;
  const now = services.now();
  const stored = new Map<string, Stored>();
  const added = new Map(copies);
  const changed = new Map<string, Observation>();
  const identities = [...copies.values()].map((one) => one.identity);
  for (const held of await listByIdentity(tx, organisationId, identities)) {
    const key = held.identity.toString("hex");
    const one = added.get(key);
    added.delete(key);
    if (one && isNews(held, one)) changed.set(key, one);
    stored.set(key, { detectionId: held.id, outcome: "same" });
  }
  // a row lock is a write too, so only rows that will be written are locked
  const changing = [...changed.values()].map((one) => one.identity);
  const updates: Parameters<typeof updateDetections>[2] = [];
  for (const held of await lockByIdentity(tx, organisationId, changing)) {
    const key = held.identity.toString("hex");
    const one = changed.get(key);
    // a change of ours may have been read back since
    if (!one || !isNews(held, one)) continue;
    const written = merge(held, one, now);
    const before = { ...held.normalised, status: held.status };
    const events = [
      ...arrivals(held, one.from),
      ...changesBetween(before, written.shown, provider, one.from.how === "poll" ? "vendor" : "webhook"),
    ];
    updates.push({ held, configurationId: configuration.id, ...written, events });
    stored.set(key, { detectionId: held.id, outcome: "changed" });
  }
  await updateDetections(tx, organisationId, updates, now);
  const rows = [...added].map(([key, one]) => {
    const id = newId();
    stored.set(key, { detectionId: id, outcome: "added" });
    const { how } = one.from;
    const event: EventInput = {
      id: newId(),
      kind: "received",
      actor: "PocketSOC",
      source: how === "poll" ? "worker" : "webhook",
      detail: { how, configuration: configuration.displayName, status: one.detection.status },
      note: null,
    };
    const { id: configurationId, vendor } = configuration;
    return { id, vendor, identity: one.identity, configurationId, ...merge(null, one, now), event };
  });
  await insertDetections(tx, organisationId, rows, now);
  await announceNew(services, tx, configuration, rows);
  return stored;
}

/** What a copy makes of a detection: what is shown, and what is written of its source. */
function merge(held: StoredDetection | null, one: Observation, now: Date) {
  const { from, detection, raw } = one;
  const copies = { polled: polledOf(held), delivered: deliveredOf(held) };
  if (from.how === "poll") {
    copies.polled = detection;
    const shown = mergeObservations(copies);
    const source = {
      contentHash: one.contentHash,
      readTicket: from.read.ticket,
      readAt: from.read.at,
      firstPolledAt: held?.firstPolledAt ?? now,
      missedPolls: 0,
      ref: one.ref,
      raw,
      ...apart(copies),
      normalised: shown,
    };
    return { shown, source };
  }
  copies.delivered = detection;
  const merged = mergeObservations(copies);
  const source = {
    firstDeliveredAt: held?.firstDeliveredAt ?? from.receivedAt,
    webhookOrder: from.order,
    webhookTicket: held?.webhookTicket ?? from.ticket,
    // a body may say anything: what the vendor itself said of the place stands
    ref: held?.firstPolledAt ? held.ref : (one.ref ?? held?.ref ?? null),
    webhookRaw: raw,
    ...apart(copies),
    normalised: merged,
  };
  return { shown: { ...merged, status: statusAfterPush(held, merged.status) }, source };
}

/** The copies as they are kept: while there is only one, `normalised` is it. */
function apart({ polled, delivered }: Observations): Observations {
  return polled && delivered ? { polled, delivered } : { polled: null, delivered: null };
}
const polledOf = (held: StoredDetection | null) =>
  held?.firstPolledAt ? (held.polled ?? held.normalised) : null;
const deliveredOf = (held: StoredDetection | null) =>
  held?.firstDeliveredAt ? (held.delivered ?? held.normalised) : null;

/** A webhook's word on the status counts until the vendor itself was asked. */
const statusAfterPush = (held: StoredDetection | null, pushed: Status) =>
  held && (held.firstPolledAt || held.readTicket > 0) ? held.status : pushed;

/** The timeline's word for a second copy, and for one that the vendor knows after all. */
function arrivals(held: StoredDetection, { how }: From): EventInput[] {
  const first = how === "poll" ? !held.firstPolledAt : !held.firstDeliveredAt;
  const event: EventInput = {
    id: newId(),
    kind: "seen",
    actor: "PocketSOC",
    source: how === "poll" ? "worker" : "webhook",
    detail: { how, after: held.missedPolls },
    note: null,
  };
  return first ? [event] : [];
}

/**
 * Whether a copy says something that isn't stored. The same alert as before beside another status means that
 * our own change was read back since: the list lags behind, or, later, someone took the change back.
 */
function isNews(
  held: Pick<StoredDetection, "contentHash" | "status" | "readTicket" | "readAt" | "webhookOrder">,
  { from, contentHash, detection }: Observation,
): boolean {
  if (from.how === "webhook") return held.webhookOrder === null || from.order > held.webhookOrder;
  if (held.readTicket > from.read.ticket) return false;
  if (!held.contentHash?.equals(contentHash)) return true;
  return held.status !== detection.status && from.read.at.getTime() - held.readAt.getTime() > listLagMs;
}
