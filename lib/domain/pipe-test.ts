/**
 * How a pipe test gets its samples. `request`: the vendor is asked to create them. `by_hand`: a person creates them at the
 * vendor. `follow`: the test runs already, and none is begun.
 */
export type PipeTestMode = "request" | "by_hand" | "follow";

/** For this long a pipe test waits for samples. */
export const pipeTestWaitMs = 5 * 60_000;
/**
 * After this time nobody follows a pipe test any more: it has waited for samples, and for the notification to be sent and
 * shown.
 */
const pipeTestMaxMs = pipeTestWaitMs + 4 * 60_000;

/** Whether a pipe test runs, so that a page can follow it. */
export const isPipeTestRunning = (
  { startedAt, endedAt }: { startedAt: Date; endedAt: Date | null },
  now: Date,
): boolean => endedAt === null && now.getTime() - startedAt.getTime() < pipeTestMaxMs;
