/** How long to wait before the next attempt: `firstMs`, then twice as long each time, up to `maxMs`. */
export type Backoff = { firstMs: number; maxMs: number };
/** Waits that were promised to somebody outside, in ms, one after each attempt; after the last of them there is one more attempt. */
export type PromisedBackoff = readonly number[];

/** Spreads a wait by a tenth either way, so that what failed together doesn't come back together. `random` returns a number in [0, 1). */
export const jitter = (ms: number, random: () => number): number => ms * (0.9 + 0.2 * random());

/**
 * The wait in ms after the attempt numbered `attempt`, from 1. It is never shorter than `atLeastMs`: what the other side asked
 * for, as with `Retry-After`.
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

/** The same by promised waits, which are kept as they are; null when no attempt is left. */
export function promisedBackoffMs(waitsMs: PromisedBackoff, attempt: number, atLeastMs = 0): number | null {
  const waitMs = waitsMs[attempt - 1];
  return waitMs === undefined ? null : Math.max(atLeastMs, waitMs);
}
