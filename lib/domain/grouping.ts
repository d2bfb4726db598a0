/** How long further alerts of a type are grouped into the notification of the first one. */
export const groupWindowMs = 60_000;
/** How old its members' notifications may be for an incident to be grouped into them. */
export const incidentWindowMs = 86_400_000;

/** The number of alerts a person's devices are notified of within an hour. Further alerts are rate-limited. */
export const notificationsAnHour = 30;
/** How long a digest collects rate-limited alerts before it is sent. */
export const rateLimitDigestMs = 10 * 60_000;

/** The properties that decide whether an alert deserves its own notification next to another alert of its type. */
export type Weight = { severityRank: number; tactics: readonly string[] };

/** Whether an alert adds nothing to another of its type: its severity is no higher, and no tactic is new. */
export const isCoveredBy = (alert: Weight, other: Weight): boolean =>
  alert.severityRank <= other.severityRank && alert.tactics.every((tactic) => other.tactics.includes(tactic));
