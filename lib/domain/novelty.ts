import type { NormalisedDetection } from "./detection.ts";
import type { NotificationPolicy } from "./notification-policy.ts";

/** Samples notify the people who asked for some within this time. Vendors make them within a minute or two. */
export const samplesNotifyForMs = 10 * 60_000;

const isOpen = ({ status }: Pick<NormalisedDetection, "status">) =>
  status === "active" || status === "in_progress" || status === "unknown";

/**
 * What a detection means to people when it is first seen. `notify`: it is open, and the vendor raised it within the
 * policy's `freshMinutes`. `history`: it is open and older; a digest counts it. `sample`: it is fresh, and notifies
 * those who asked for samples. `none`: all else. A detection without a time counts as raised now: one notification too many
 * is better than one too few.
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
