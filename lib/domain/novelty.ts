import type { NormalisedDetection } from "./detection.ts";
import type { NotificationPolicy } from "./notification-policy.ts";

/** For this long after people start a pipe test, new samples notify them at any hour. */
export const samplesNotifyForMs = 10 * 60_000;

/**
 * For this long a new alert without a severity notifies nobody, because some vendors' answers leave the severity out now and
 * then. It notifies as soon as its severity is known, or after this time as an alert of unknown severity.
 */
export const severityAwaitedForMs = 5 * 60_000;

const isOpen = ({ status }: Pick<NormalisedDetection, "status">) =>
  status === "active" || status === "in_progress" || status === "unknown";

/** An alert that is older than this never notifies by itself, however long PocketSOC was off: it is history. */
const historyAfterMs = 72 * 3_600_000;

/**
 * How PocketSOC met an alert. `seenAt` is when it did: for a delivery, when the receiver stored it, however long it then waited for
 * a worker. `usualDelayMs` is how old an alert may be at that time without anything having gone wrong.
 */
export type Meeting = { seenAt: Date; usualDelayMs: number };

/** After a source was off for this long, its next poll may bring a backlog, as its first poll may. */
const backlogGapMs = 24 * 3_600_000;

/**
 * Whether a new detection belongs to the backlog: a source's first poll, or its first one after a day off, brought an open alert that
 * was raised more than 72 hours earlier. `lastGoodPollAt` is null before the first poll.
 */
export function isBacklog(
  detection: Pick<NormalisedDetection, "status" | "isSample" | "generatedAt" | "startedAt">,
  lastGoodPollAt: Date | null,
  now: Date,
): boolean {
  const raised = detection.generatedAt ?? detection.startedAt;
  const isAfterGap = lastGoodPollAt === null || now.getTime() - lastGoodPollAt.getTime() > backlogGapMs;
  return (
    isAfterGap &&
    isOpen(detection) &&
    !detection.isSample &&
    raised !== null &&
    now.getTime() - new Date(raised).getTime() > historyAfterMs
  );
}

/**
 * Decides whether a new detection notifies. `notify`: it is open, and the vendor raised the alert within the policy's
 * `freshMinutes` before PocketSOC met it, or within the usual delay. `history`: it is open but was older, or is older than 72 hours
 * by now. `sample`: it is open and a sample that would notify if it were none. `none`: it notifies nobody. An alert without a time
 * counts as raised when it was met.
 */
export function noveltyOf(
  detection: Pick<NormalisedDetection, "status" | "isSample" | "generatedAt" | "startedAt">,
  { freshMinutes }: Pick<NotificationPolicy, "freshMinutes">,
  { seenAt, usualDelayMs }: Meeting,
  now: Date,
): "notify" | "history" | "sample" | "none" {
  if (!isOpen(detection)) return "none";
  const raised = detection.generatedAt ?? detection.startedAt;
  const raisedMs = raised === null ? seenAt.getTime() : new Date(raised).getTime();
  const isFresh =
    seenAt.getTime() - raisedMs < Math.max(freshMinutes * 60_000, usualDelayMs) &&
    now.getTime() - raisedMs < historyAfterMs;
  if (detection.isSample) return isFresh ? "sample" : "none";
  return isFresh ? "notify" : "history";
}
