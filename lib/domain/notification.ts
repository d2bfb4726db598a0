import type { NormalisedDetection } from "./detection.ts";

/**
 * What is said beside single alerts: of alerts that came when they were history, of those that waited for a person's
 * hours or were too many for an hour, of a configuration that is not well, of a secret that ends, of one or the other
 * that is well again, and of hours that nobody covers.
 */
export const noticeKinds = [
  "history",
  "digest",
  "capped",
  "health",
  "secret",
  "recovered",
  "uncovered",
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Notices of what the team has to mend; the others are about alerts. */
export const isForAdmins = (kind: NoticeKind): boolean =>
  kind === "health" || kind === "secret" || kind === "recovered" || kind === "uncovered";

/** Why a person is told. */
export const notificationReasons = [
  "raised",
  "sample",
  "fallback",
  "unacknowledged",
  "admins",
  "test",
  ...noticeKinds,
] as const;
export type NotificationReason = (typeof notificationReasons)[number];
/** Why a person is told of an alert. */
export type DetectionReason = Exclude<NotificationReason, "test" | NoticeKind>;

/** The ways to a person. */
export const notificationChannels = ["push", "email"] as const;

/**
 * How far a notification came; what happened after it was accepted is told by its times. `held` waits for a notice that
 * counts it in, `folded` is counted in another notification, and `skipped` had no way to its person.
 */
export const notificationStates = ["queued", "accepted", "failed", "folded", "held", "skipped"] as const;

/**
 * What waits in the queue: to be decided, to be escalated, to be sent by push and by e-mail, to be said of what folded, a notice, and what is to
 * be posted to the organisation's webhook.
 */
export const notificationSubjects = [
  "detection",
  "escalation",
  "notification",
  "mail",
  "fold",
  "notice",
  "outgoing",
] as const;
export type NotificationSubject = (typeof notificationSubjects)[number];

/** A person's phone rings for so many alerts an hour; what comes beyond is summed up every ten minutes. */
export const notificationsAnHour = 30;
export const rateLimitDigestMs = 10 * 60_000;

/** Samples ring for whoever asked for some within this time; Azure makes them within a minute or two. */
export const samplesNotifyForMs = 10 * 60_000;
/** An incident is counted in what rang for its members within this time. */
export const incidentLooksBackMs = 86_400_000;

/** Within this time the first alert of a kind rings, and those like it are counted in its notification. */
export const groupWindowMs = 60_000;
export type Kind = { severityRank: number; tactics: readonly string[] };

/** Whether an alert adds nothing to one of the same kind that rang: no higher severity, and no tactic that is new. */
export const isCoveredBy = (one: Kind, rang: Kind): boolean =>
  one.severityRank <= rang.severityRank && one.tactics.every((tactic) => rang.tactics.includes(tactic));

/** What an organisation decides for everyone. */
export type Rules = {
  /** an alert that is older than this at first sight is history, and history doesn't ring */
  freshMinutes: number;
  /** how long a High alert may stay unacknowledged before more people are told, each time */
  escalateMinutes: number;
  /** notifications name the severity and how many there are, and nothing of the alert */
  isPrivate: boolean;
};
export const defaultPolicy: Rules = { freshMinutes: 60, escalateMinutes: 5, isPrivate: false };

const isOpen = ({ status }: Pick<NormalisedDetection, "status">) =>
  status === "active" || status === "in_progress" || status === "unknown";

/**
 * What a detection is when it is first seen: it `rings` when it is open and was raised within the last `freshMinutes` by
 * the vendor's own time (one without a time of its own is as old as this moment: rather once too often than not at
 * all); an older one is `history`, which is summed up; a `sample` rings for who asked for it; the rest is `quiet`.
 */
export function noveltyOf(
  one: Pick<NormalisedDetection, "status" | "isSample" | "generatedAt" | "startedAt">,
  { freshMinutes }: Pick<Rules, "freshMinutes">,
  now: Date,
): "rings" | "history" | "sample" | "quiet" {
  if (!isOpen(one)) return "quiet";
  const at = one.generatedAt ?? one.startedAt;
  const isFresh = at === null || now.getTime() - new Date(at).getTime() < freshMinutes * 60_000;
  if (one.isSample) return isFresh ? "sample" : "quiet";
  return isFresh ? "rings" : "history";
}
