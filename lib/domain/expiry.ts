const dayMs = 86_400_000;

/** On these numbers of days before an expiry, people are reminded. */
export const reminderDays = [30, 14, 7, 1] as const;

/** Returns the number of whole days until `day` (YYYY-MM-DD, UTC): 0 on that day, negative after it. */
export function daysUntil(day: string, now: Date): number {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Math.round((Date.parse(`${day}T00:00:00Z`) - today) / dayMs);
}

type Expiry = { days: number; level: "notice" | "urgent" | "over"; text: string };

/**
 * Describes how soon a secret expires. `day` (YYYY-MM-DD) is the day of the expiry. Returns null if the day is null or
 * more than 30 days away.
 */
export function expiryOf(day: string | null, now: Date): Expiry | null {
  if (!day) return null;
  const days = daysUntil(day, now);
  if (days > reminderDays[0]) return null;
  if (days < 0)
    return { days, level: "over", text: `expired ${-days === 1 ? "yesterday" : `${-days} days ago`}` };
  const text = days === 0 ? "expires today" : days === 1 ? "expires tomorrow" : `expires in ${days} days`;
  return { days, level: days <= 7 ? "urgent" : "notice", text };
}
