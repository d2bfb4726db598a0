import type { FeedSummary } from "#lib/triage/list.ts";

const patienceMs = 20_000;
const everyMs = 1_000;

type Asked = { id: string; displayName: string };

/**
 * Waits up to 20 seconds until each of the `asked` configurations was polled after `sinceMs`, a time by the portal's clock.
 * Returns the configurations that weren't polled in time.
 */
export async function awaitReads(
  asked: readonly Asked[],
  sinceMs: number,
  look: () => Promise<FeedSummary | null>,
): Promise<readonly Asked[]> {
  const until = Date.now() + patienceMs;
  let waiting = asked;
  while (waiting.length > 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const summary = await look();
    const tried = (summary?.configurations ?? []).filter(
      ({ lastAttemptAt }) => Date.parse(lastAttemptAt ?? "") >= sinceMs,
    );
    waiting = waiting.filter(({ id }) => !tried.some((configuration) => configuration.id === id));
  }
  return waiting;
}
