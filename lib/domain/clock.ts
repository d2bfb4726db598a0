/** Programs whose clock differs from the database's by more than this don't start, and are named on the Readiness page. */
export const clockToleranceMs = 60_000;

/** Whether a clock that is `aheadMs` ahead of the database's (negative: behind) is too far off. */
export const isClockOff = (aheadMs: number): boolean => Math.abs(aheadMs) > clockToleranceMs;

/** Says by how much a clock is off, such as “10 min ahead of” or “90 s behind”. */
export function clockText(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const amount =
    seconds < 120
      ? `${seconds} s`
      : seconds < 7_200
        ? `${Math.round(seconds / 60)} min`
        : `${Math.round(seconds / 3_600)} h`;
  return aheadMs > 0 ? `${amount} ahead of` : `${amount} behind`;
}
