/** The waits between attempts: `firstMs` at first, then doubled each time, up to `maxMs`. */
export type Backoff = { firstMs: number; maxMs: number };
/** Documented waits in ms, one after each attempt. The last wait is followed by one final attempt. */
export type PromisedBackoff = readonly number[];

/** Varies a wait by up to 10% either way, so that work that failed together isn't retried together. `random` returns a number in [0, 1). */
export const jitter = (ms: number, random: () => number): number => ms * (0.9 + 0.2 * random());

/**
 * Returns the wait in ms after an attempt, counted from 1. It is never shorter than `atLeastMs`, which the other side may have asked
 * for with `Retry-After`.
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

/** Returns the documented wait in ms after an attempt, counted from 1, without jitter; null after the final attempt. */
export function promisedBackoffMs(waitsMs: PromisedBackoff, attempt: number, atLeastMs = 0): number | null {
  const waitMs = waitsMs[attempt - 1];
  return waitMs === undefined ? null : Math.max(atLeastMs, waitMs);
}
