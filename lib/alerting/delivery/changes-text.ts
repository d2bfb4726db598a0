import type { ToldChange } from "#db/queries/alerting/told-changes.ts";
import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import type { ChangeReason } from "#lib/domain/notification.ts";
import { cleanText } from "#lib/domain/text.ts";
import { linesOf } from "../digests/said-text.ts";
import type { NotificationText } from "./payload.ts";

const titleLengthMax = 120;

/** The titles for one alert and for several, and the page that shows several. A private text has no other words. */
const wordsOf: Record<ChangeReason, { one: string; many: (count: number) => string; path: string }> = {
  not_saved: {
    one: "Your change wasn't saved",
    many: (count) => `Your changes of ${count} alerts weren't saved`,
    path: "/detections?view=not_saved",
  },
  taken_over: {
    one: "An alert of yours was taken over",
    many: (count) => `${count} alerts of yours were taken over`,
    path: "/detections?view=owned",
  },
};

/**
 * Composes the text of a message about decisions, each on another alert: what the vendor answered to the person's own, or who
 * took over. It names up to three alerts. `changes` isn't empty.
 */
export function changesText(
  id: string,
  reason: ChangeReason,
  changes: readonly ToldChange[],
  { isPrivate }: Pick<NotificationPolicy, "isPrivate">,
): NotificationText {
  const [first] = changes;
  const { one, many, path } = wordsOf[reason];
  const isOne = changes.length === 1;
  const shortTitle = isOne ? one : many(changes.length);
  const text = { shortTitle, tag: id, canAcknowledge: false };
  if (!first || isPrivate) return { ...text, title: shortTitle, body: "", path };
  if (!isOne) return { ...text, title: shortTitle, body: linesOf(changes, changes.length), path };
  const alert = cleanText(first.title, titleLengthMax);
  const what = reason === "not_saved" ? first.message : null;
  return {
    ...text,
    title:
      reason === "not_saved"
        ? `Not saved: ${alert}`
        : `${cleanText(first.by, titleLengthMax)} took over: ${alert}`,
    body: [first.resourceName, what ?? ""]
      .filter(Boolean)
      .map((part) => cleanText(part, 200))
      .join(" · "),
    path: `/detections/${first.detectionId}`,
  };
}
