/**
 * Splits a rate limit of `perMinute` calls (1 or more) into a burst of `atOnce` calls and then one call every `everyMs`.
 * Together they stay within the limit in any minute.
 */
export function turnsOf(perMinute: number): { atOnce: number; everyMs: number } {
  const atOnce = Math.max(1, Math.floor(perMinute / 4));
  return { atOnce, everyMs: 60_000 / (perMinute - atOnce + 1) };
}
