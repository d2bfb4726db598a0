/** The waits between attempts: the first wait is `firstMs`, and each further wait is twice as long, up to `maxMs`. */
export type Backoff = { firstMs: number; maxMs: number };
/** The documented waits between attempts, in ms. The final attempt follows the last wait. */
export type PromisedBackoff = readonly number[];

/**
 * Makes a wait up to 10% shorter or longer at random, so that failed work isn't all retried at the same time. `random`
 * returns a number in [0, 1).
 */
export const jitter = (ms: number, random: () => number): number => ms * (0.9 + 0.2 * random());

/**
 * Returns the wait in ms after an attempt. `attempt` is 1 for the first attempt. The wait is never shorter than
 * `atLeastMs`.
 */
export function backoffMs(
  { firstMs, maxMs }: Backoff,
  attempt: number,
  random: () => number,
  atLeastMs = 0,
): number {
  const doubledMs = firstMs * 2 ** Math.max(0, attempt - 1);
  return Math.max(atLeastMs, jitter(Math.min(maxMs, doubledMs), random));
}

/**
 * Returns the documented wait in ms after an attempt, without jitter. `attempt` is 1 for the first attempt. Returns
 * null after the final attempt.
 */
export function promisedBackoffMs(waitsMs: PromisedBackoff, attempt: number, atLeastMs = 0): number | null {
  const waitMs = waitsMs[attempt - 1];
  return waitMs === undefined ? null : Math.max(atLeastMs, waitMs);
}
