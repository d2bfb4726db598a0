import { isDeepStrictEqual } from "node:util";
import type { StoredDetection } from "#db/queries/ingest/stored-detections.ts";
import type { DetectionField, NormalisedDetection } from "#lib/domain/detection.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import type { Observation } from "./observation.ts";

type Known = Pick<StoredDetection, "firstPolledAt" | "status"> &
  Pick<StoredDetection, "normalised" | "polled">;

/** Returns the detection from the last read of an alert, or null if no poll has read it. */
export const polledOf = (known: Pick<Known, "firstPolledAt" | "normalised" | "polled">) =>
  known.firstPolledAt ? (known.polled ?? known.normalised) : null;

/** Returns an observation with the fields that it leaves out filled from `earlier`, of the same alert. */
export function completed(vendor: Vendor, observation: Observation, earlier: NormalisedDetection | null) {
  if (!earlier || !vendor.complete) return observation;
  const detection = vendor.complete(observation.detection, observation.leftOut, earlier);
  return { ...observation, detection };
}

/**
 * Completes a polled observation from what is stored. A status that the answer leaves out stays the last one that the vendor
 * confirmed. `isRepeat` is true if the answer leaves something out and says nothing new: it then differs from the stored text
 * in form only.
 */
export function completedPoll(
  vendor: Vendor,
  observation: Observation,
  known: Known,
): { observation: Observation; isRepeat: boolean } {
  const earlier = polledOf(known);
  if (!earlier) return { observation, isRepeat: false };
  const full = completed(vendor, observation, { ...earlier, status: known.status });
  const fills = observation.leftOut.some(
    (field) => !isDeepStrictEqual(full.detection[field], observation.detection[field]),
  );
  const saysStatus = !observation.leftOut.includes("status");
  const same = { ...full.detection, status: saysStatus ? observation.detection.status : earlier.status };
  return { observation: full, isRepeat: fills && isDeepStrictEqual(same, earlier) };
}

/**
 * Returns one observation for two of the same alert in one answer. The later one counts, with what only the other one says.
 * The text is that of the fuller one.
 */
export function joined(vendor: Vendor, first: Observation, second: Observation): Observation {
  const { detection } = completed(vendor, second, first.detection);
  const fuller = first.leftOut.length < second.leftOut.length ? first : second;
  const leftOut: DetectionField[] = second.leftOut.filter((field) => first.leftOut.includes(field));
  return { ...fuller, detection, leftOut };
}
