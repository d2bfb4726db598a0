const dayMs = 86_400_000;

/** On these numbers of days before an expiry, people are reminded. */
export const reminderDays = [30, 14, 7, 1] as const;

/** Returns the number of whole days until `day` (YYYY-MM-DD, UTC): 0 on that day, negative after it. */
export function daysUntil(day: string, now: Date): number {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Math.round((Date.parse(`${day}T00:00:00Z`) - today) / dayMs);
}

/**
 * Whether a secret was accepted after the day on which it is said to expire, so that the day is wrong. A day counts as over one day
 * late: the vendor's day may end at another hour, and a token outlives its secret for a while. `acceptedAt` is null if unknown.
 */
export const hasOutlived = (day: string, acceptedAt: Date | null): boolean =>
  acceptedAt !== null && daysUntil(day, acceptedAt) < -1;

/**
 * Returns what is wrong with the day that a person typed for a new secret, for the form to show: it has passed. Yesterday may be
 * today where they are. Returns null if nothing is.
 */
export const newExpiryProblem = (day: string | null, now: Date): string | null =>
  day && daysUntil(day, now) < -1
    ? "This day has passed. Enter the day on which the new secret expires, or leave it empty."
    : null;

/** `doubtful`: the day has passed, but the secret was accepted since. */
type Expiry = { days: number; level: "notice" | "urgent" | "over" | "doubtful"; text: string };

/**
 * Describes how soon a secret expires. `day` (YYYY-MM-DD) is the day of the expiry. `acceptedAt` is when the vendor last accepted
 * the secret; null if that isn't known. Returns null if the day is null or more than 30 days away.
 */
export function expiryOf(day: string | null, now: Date, acceptedAt: Date | null): Expiry | null {
  if (!day) return null;
  const days = daysUntil(day, now);
  if (days > reminderDays[0]) return null;
  const ago = -days === 1 ? "yesterday" : `${-days} days ago`;
  if (hasOutlived(day, acceptedAt)) return { days, level: "doubtful", text: `should have expired ${ago}` };
  if (days < 0) return { days, level: "over", text: `expired ${ago}` };
  const text = days === 0 ? "expires today" : days === 1 ? "expires tomorrow" : `expires in ${days} days`;
  return { days, level: days <= 7 ? "urgent" : "notice", text };
}
