/** For this long after a notification, further alerts of the same type are grouped into the notification. */
export const groupWindowMs = 60_000;
/** For this long after a notification of a sample, further samples of the configuration are grouped into it. */
export const sampleWindowMs = 10 * 60_000;
/** An incident is grouped into the notification of one of its members if the notification is younger than this. */
export const incidentWindowMs = 86_400_000;

/** The maximum number of alerts that a person's devices are notified of within an hour. Further alerts are rate-limited. */
export const notificationsAnHour = 30;
/** How long a digest collects rate-limited alerts before it is sent. */
export const rateLimitDigestMs = 10 * 60_000;

/** The properties of an alert that decide whether it deserves its own notification after another alert of its type. */
export type Weight = { severityRank: number; tactics: readonly string[] };

/**
 * Whether an alert adds nothing to `other`, an alert of the same type: its severity is no higher, and it has no new
 * tactic.
 */
export const isCoveredBy = (alert: Weight, other: Weight): boolean =>
  alert.severityRank <= other.severityRank && alert.tactics.every((tactic) => other.tactics.includes(tactic));
