/** So many at once, and then one every so often: together no more than `perMinute`, 1 or more, in any minute. */
export function turnsOf(perMinute: number): { atOnce: number; everyMs: number } {
  const atOnce = Math.max(1, Math.floor(perMinute / 4));
  return { atOnce, everyMs: 60_000 / (perMinute - atOnce + 1) };
}
