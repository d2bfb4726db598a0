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

/** How far back each reaches, in ms; null: as far as there is anything. */
export const timeRangeMs: Record<TimeRange, number | null> = {
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
  all: null,
};

/** For so long a deletion leaves its tombstone: who comes back to a stream later may have missed it. */
export const tombstonesKeptMs = 30 * 86_400_000;
