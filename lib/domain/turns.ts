type Turns = { atOnce: number; everyMs: number };

/**
 * Converts a rate limit of `perMinute` calls (1 or more) to a burst of `atOnce` calls, followed by one call every
 * `everyMs`.
 */
export function turnsOf(perMinute: number): Turns {
  const atOnce = Math.max(1, Math.floor(perMinute / 4));
  return { atOnce, everyMs: 60_000 / (perMinute - atOnce + 1) };
}

/**
 * Returns the turns of work that may make at most `part` (above 0, at most 1) of the calls under a limit. The burst is
 * larger than the limit's, so that a few calls alone wait no longer than without a share.
 */
export function shareOf({ atOnce, everyMs }: Turns, part: number): Turns {
  return { atOnce: atOnce + 1, everyMs: everyMs / part };
}
