import { statusLabel, type TargetStatus } from "./status.ts";

/** characters in the note of a status change */
export const noteLengthMax = 500;
/** detections in one request */
export const bulkMax = 500;

/** The message for a person who left out a required note. */
export const noteMissing = (to: TargetStatus) =>
  `Say why it is set to ${statusLabel[to]}: the next analyst who sees this alert will read it.`;

/** The feed's time ranges. They apply to the time the alert was raised. */
export const timeRanges = ["1h", "24h", "7d", "30d", "all"] as const;
export type TimeRange = (typeof timeRanges)[number];

/** How far back each time range goes, in milliseconds; null has no limit. */
export const timeRangeMs: Record<TimeRange, number | null> = {
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
  all: null,
};

/** How long tombstones are kept. A client that resumes a stream later than this has to reload. */
export const tombstonesKeptMs = 30 * 86_400_000;
