import type { ToldChange } from "#db/queries/alerting/told-changes.ts";
import { type NotificationPolicy, remindAfterMinutes } from "#lib/domain/notification-policy.ts";
import type { ChangeReason } from "#lib/domain/notification.ts";
import { cleanText, minutesText } from "#lib/domain/text.ts";
import { linesOf } from "../digests/said-text.ts";
import type { NotificationText } from "./payload.ts";

const titleLengthMax = 120;

type Policy = Pick<NotificationPolicy, "isPrivate" | "silentMinutes">;

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
  silent: {
    one: "An alert of yours is untouched",
    many: (count) => `${count} alerts of yours are untouched`,
    path: "/detections?view=mine",
  },
  offered: {
    one: "An alert is offered to you",
    many: (count) => `${count} alerts are offered to you`,
    path: "/detections?view=mine",
  },
  confirmed: {
    one: "A High alert is a true positive",
    many: (count) => `${count} High alerts are true positives`,
    path: "/detections?view=owned",
  },
  mentioned: {
    one: "You are named in a comment",
    many: (count) => `You are named in comments on ${count} alerts`,
    path: "/detections?view=all",
  },
  reopened: {
    one: "An alert that you closed was reopened",
    many: (count) => `${count} alerts that you closed were reopened`,
    path: "/detections?view=owned",
  },
};

/** What the message about one alert says of it: its title and the part of its body that isn't the resource. */
const sayOne: Record<ChangeReason, (change: ToldChange, alert: string, policy: Policy) => [string, string]> =
  {
    not_saved: ({ message }, alert) => [`Not saved: ${alert}`, message ?? ""],
    taken_over: ({ by }, alert) => [`${cleanText(by, titleLengthMax)} took over: ${alert}`, ""],
    offered: ({ by }, alert) => [
      `${cleanText(by, titleLengthMax)} offers you: ${alert}`,
      "Acknowledge it to take it.",
    ],
    confirmed: ({ by }, alert) => [
      `True positive: ${alert}`,
      `Confirmed by ${cleanText(by, titleLengthMax)}.`,
    ],
    mentioned: ({ by }, alert) => [`${cleanText(by, titleLengthMax)} named you: ${alert}`, ""],
    reopened: ({ by }, alert) => [`${cleanText(by, titleLengthMax)} reopened: ${alert}`, ""],
    silent: (_change, alert, policy) => [
      `Untouched for ${minutesText(remindAfterMinutes(policy))}: ${alert}`,
      `In ${minutesText(policy.silentMinutes - remindAfterMinutes(policy))} it needs triage again. Decide, or acknowledge it once more.`,
    ],
  };

/**
 * Composes the text of a message about decisions, each on another alert: what the vendor answered to the person's own, or who
 * took over. It names up to three alerts. `changes` isn't empty.
 */
export function changesText(
  id: string,
  reason: ChangeReason,
  changes: readonly ToldChange[],
  policy: Policy,
): NotificationText {
  const [first] = changes;
  const { one, many, path } = wordsOf[reason];
  const isOne = changes.length === 1;
  const shortTitle = isOne ? one : many(changes.length);
  const text = { shortTitle, tag: id, canAcknowledge: false };
  if (!first || policy.isPrivate) return { ...text, title: shortTitle, body: "", path };
  if (!isOne) return { ...text, title: shortTitle, body: linesOf(changes, changes.length), path };
  const [title, what] = sayOne[reason](first, cleanText(first.title, titleLengthMax), policy);
  return {
    ...text,
    title,
    body: [first.resourceName, what]
      .filter(Boolean)
      .map((part) => cleanText(part, 200))
      .join(" · "),
    path: `/detections/${first.detectionId}`,
  };
}
