import type { NormalisedDetection } from "./detection.ts";
import type { NotificationPolicy } from "./notification-policy.ts";

/** A sample notifies the people who requested it for this long. Vendors make samples within a minute or two. */
export const samplesNotifyForMs = 10 * 60_000;

const isOpen = ({ status }: Pick<NormalisedDetection, "status">) =>
  status === "active" || status === "in_progress" || status === "unknown";

/**
 * Decides whether a new detection notifies. `notify`: it is open, and the vendor raised the alert within the policy's
 * `freshMinutes`. `history`: it is open but older, so that a digest counts it. `sample`: it is a sample within that time, so
 * that the people who requested samples are notified. `none`: nobody is notified. An alert without a time counts as raised
 * now, because one notification too many is better than one too few.
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
