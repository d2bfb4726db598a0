import type { NormalisedDetection } from "./detection.ts";
import type { Status } from "./status.ts";

/** The observations of one alert: the last read from the vendor, and the newest delivery by webhook. */
export type Observations = { polled: NormalisedDetection | null; delivered: NormalisedDetection | null };

/**
 * Combines the observations of an alert. The read one wins field by field; the delivered one fills its empty fields. Throws Error if
 * both are null.
 */
export function mergeObservations({ polled, delivered }: Observations): NormalisedDetection {
  const single = polled ?? delivered;
  if (!single) throw new Error("a detection needs at least one observation");
  if (!polled || !delivered) return single;
  const filled = Object.entries(delivered).filter(([field]) =>
    isEmpty(polled[field as keyof NormalisedDetection]),
  );
  // the remarks are about the read observation
  return { ...polled, ...Object.fromEntries(filled), remarks: polled.remarks } as NormalisedDetection;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/**
 * Returns a text that sorts deliveries of the same alert: by the vendor's time, then by the progress of the status, so that of two at
 * the same time the closed one wins, then by hash. The newest delivery is thus the same in any order of arrival. `at` is ISO 8601 in
 * UTC or null.
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
