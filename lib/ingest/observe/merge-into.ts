import type { StoredDetection } from "#db/queries/ingest/stored-detections.ts";
import { mergeObservations, type Observations } from "#lib/domain/observations.ts";
import type { Status } from "#lib/domain/status.ts";
import { polledOf } from "./complete.ts";
import type { Observation } from "./observation.ts";

/**
 * Merges an observation into a detection, or makes a new one if `current` is null. `shown` has the detection's fields.
 * `source` has the values of the row that stores the observations.
 */
export function mergeInto(current: StoredDetection | null, observation: Observation, now: Date) {
  const { from, detection, raw, ref } = observation;
  const latest = { polled: current && polledOf(current), delivered: deliveredOf(current) };
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
/** Returns what the webhook last brought of a detection; null if it brought nothing. */
export const deliveredOf = (current: StoredDetection | null) =>
  current?.firstDeliveredAt ? (current.delivered ?? current.normalised) : null;

/**
 * Returns a detection's status after a delivery. The delivered status counts only until a poll or a write-back has read
 * the alert.
 */
const statusAfterDelivery = (current: StoredDetection | null, delivered: Status) =>
  current && (current.firstPolledAt || current.readTicket > 0) ? current.status : delivered;
