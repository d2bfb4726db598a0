/** Within this time the first alert of a type notifies, and alerts like it are grouped into its notification. */
export const groupWindowMs = 60_000;
/** An incident is grouped into the notifications for its members within this time. */
export const incidentWindowMs = 86_400_000;

/** Alerts that a person's devices are notified of within an hour. What comes beyond is rate-limited. */
export const notificationsAnHour = 30;
/** How long a digest of rate-limited alerts gathers before it is sent. */
export const rateLimitDigestMs = 10 * 60_000;

/** What makes an alert worth a notification of its own beside another of its type. */
export type Weight = { severityRank: number; tactics: readonly string[] };

/** Whether an alert adds nothing to another of its type: its severity is no higher, and no tactic is new. */
export const isCoveredBy = (alert: Weight, other: Weight): boolean =>
  alert.severityRank <= other.severityRank && alert.tactics.every((tactic) => other.tactics.includes(tactic));
