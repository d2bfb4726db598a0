/**
 * Converts a rate limit of `perMinute` calls (1 or more) to a burst of `atOnce` calls, followed by one call every
 * `everyMs`.
 */
export function turnsOf(perMinute: number): { atOnce: number; everyMs: number } {
  const atOnce = Math.max(1, Math.floor(perMinute / 4));
  return { atOnce, everyMs: 60_000 / (perMinute - atOnce + 1) };
}
