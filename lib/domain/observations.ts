import type { NormalisedDetection } from "./detection.ts";
import type { Status } from "./status.ts";

/**
 * What is stored of one alert. `polled` is the observation that the vendor last returned. `delivered` is the newest
 * observation that the webhook brought.
 */
export type Observations = { polled: NormalisedDetection | null; delivered: NormalisedDetection | null };

/**
 * Combines the two observations of an alert. Once a poll has read the alert, only the polled observation counts, because
 * anyone with the webhook's URL can post. The exception is a severity that the vendor's answers leave out: the delivered one
 * then stands, with a remark. Throws Error if both are null.
 */
export function mergeObservations({ polled, delivered }: Observations): NormalisedDetection {
  if (polled === null) {
    if (delivered === null) throw new Error("a detection needs at least one observation");
    return delivered;
  }
  if (!delivered || !lacksSeverity(polled) || delivered.severity === "unknown") return polled;
  const { severity, vendorSeverity } = delivered;
  return { ...polled, severity, vendorSeverity, remarks: [...polled.remarks, severityRemark] };
}
const severityRemark = "No poll has read its severity; the severity shown is the webhook's.";

/** Whether the vendor hasn't said an alert's severity. A severity in a word that PocketSOC doesn't know has been said. */
export const lacksSeverity = ({
  severity,
  vendorSeverity,
}: Pick<NormalisedDetection, "severity" | "vendorSeverity">): boolean =>
  severity === "unknown" && vendorSeverity === "";

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
