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

/**
 * Decides whether a new detection notifies. `notify`: it is open, and the vendor raised the alert within the policy's
 * `freshMinutes`. `history`: it is open but older. `sample`: it is open and a sample raised within `freshMinutes`.
 * `none`: it notifies nobody. An alert without a time counts as raised now.
 */
export function noveltyOf(
  detection: Pick<NormalisedDetection, "status" | "isSample" | "generatedAt" | "startedAt">,
  { freshMinutes }: Pick<NotificationPolicy, "freshMinutes">,
  now: Date,
): "notify" | "history" | "sample" | "none" {
  if (!isOpen(detection)) return "none";
  const raisedAt = detection.generatedAt ?? detection.startedAt;
  const isFresh = raisedAt === null || now.getTime() - new Date(raisedAt).getTime() < freshMinutes * 60_000;
  if (detection.isSample) return isFresh ? "sample" : "none";
  return isFresh ? "notify" : "history";
}
