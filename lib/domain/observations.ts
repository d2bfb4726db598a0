import type { NormalisedDetection } from "./detection.ts";
import type { Status } from "./status.ts";

/**
 * What is stored of one alert. `polled` is the observation that the vendor last returned. `delivered` is the newest
 * observation that the webhook brought.
 */
export type Observations = { polled: NormalisedDetection | null; delivered: NormalisedDetection | null };

/**
 * Combines the two observations of an alert. The polled observation decides each field. The delivered observation fills
 * fields that are empty in the polled one. Throws Error if both are null.
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
 * Returns a text by which deliveries of the same alert are sorted: by the vendor's time, then by the progress of the
 * status, then by hash. The order in which the deliveries arrive doesn't matter. `at` is ISO 8601 in UTC or null.
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
