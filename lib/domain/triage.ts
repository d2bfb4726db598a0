import { statusLabel, type TargetStatus } from "./status.ts";

/** characters of a note on a change of status */
export const noteLengthMax = 500;
/** detections in one request */
export const bulkMax = 500;

/** What somebody reads who left out a note that is needed. */
export const noteMissing = (to: TargetStatus) =>
  `Say why it is set to ${statusLabel[to]}: the next analyst who sees this alert will read it.`;

/** The feed's time ranges, by the time an alert was raised. */
export const timeRanges = ["1h", "24h", "7d", "30d", "all"] as const;
export type TimeRange = (typeof timeRanges)[number];
