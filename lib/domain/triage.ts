import { statusLabel, type TargetStatus } from "./status.ts";

/** the maximum number of characters of a status change's note */
export const noteLengthMax = 500;
export const commentLengthMax = 2_000;
/** the maximum number of detections in one request */
export const bulkMax = 500;

/** Returns the message for a person who requests a status without the note that the status needs. */
export const noteMissing = (to: TargetStatus) =>
  `Say why it is set to ${statusLabel[to]}: the next analyst who sees this alert will read it.`;

/** the message for a person who closes a High alert without words */
export const highMissing = "A High alert is closed with words: say in the note why.";
/** the message for a person who says that nothing can be told, without what they looked at */
export const undeterminedMissing = "Say in the note what you looked at.";

/** The time ranges that the feed offers. They apply to the time at which an alert was raised. */
export const timeRanges = ["1h", "24h", "7d", "30d", "all"] as const;
export type TimeRange = (typeof timeRanges)[number];

/** The length of each time range in ms; null for the range without a limit. */
export const timeRangeMs: Record<TimeRange, number | null> = {
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
  all: null,
};

/** How long tombstones are kept. A client that was disconnected for longer must load the list of detections again. */
export const tombstonesKeptMs = 30 * 86_400_000;
