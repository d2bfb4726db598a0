import type { NormalisedDetection } from "./detection.ts";
import type { Status } from "./status.ts";

/** The copies of one alert: as it was last read from its vendor, and as a webhook brought it. */
export type Observations = { polled: NormalisedDetection | null; delivered: NormalisedDetection | null };

/**
 * The copies as one detection. What was read wins, field by field; a webhook's copy fills what the read one
 * leaves empty. At least one of the two must be there.
 */
export function mergeObservations({ polled, delivered }: Observations): NormalisedDetection {
  const one = polled ?? delivered;
  if (!one) throw new Error("a detection needs a copy to be made of");
  if (!polled || !delivered) return one;
  const filled = Object.entries(delivered).filter(([field]) =>
    isEmpty(polled[field as keyof NormalisedDetection]),
  );
  // what had to be bent is said of the copy that is shown
  return { ...polled, ...Object.fromEntries(filled), remarks: polled.remarks } as NormalisedDetection;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/**
 * Where a webhook's copy stands among those of the same alert: by the vendor's own time, then by how far its
 * status is (of two at one moment, a closed one isn't opened again), then by its hash, so that any order of
 * arrival ends the same. `at` is ISO 8601 in UTC or null; texts compare as they sort.
 */
export function webhookOrder(at: string | null, status: Status, contentHashHex: string): string {
  const [seconds = "", fraction = ""] = (at ?? "").replace("Z", "").split(".");
  const progress: Record<Status, number> = {
    unknown: 0,
    active: 1,
    in_progress: 2,
    dismissed: 3,
    resolved: 3,
  };
  return `${seconds}.${fraction.padEnd(6, "0")} ${progress[status]} ${contentHashHex}`;
}
