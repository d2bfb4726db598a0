import type { Services } from "#lib/core/context.ts";

/** Claims up to `most` pieces of due work; each runs on its own and never throws but for a fault of ours. */
export type Claim = (
  services: Services,
  most: number,
  signal: AbortSignal,
) => Promise<(() => Promise<void>)[]>;

/** `wake` has it look at once; `stop` ends it once what is under way has ended. */
type Loop = { wake(): void; stop(): Promise<void> };

/**
 * Claims work as slots free up, at most `atOnce` at a time, and looks again after `idleMs` when there is
 * none. Where pieces are cheaper together, it lets slots gather for `gatherMs` while others are under way. One slow piece holds one slot and nothing else.
 */
export function startLoop(
  services: Services,
  options: { name: string; claim: Claim; atOnce: number; idleMs: number; gatherMs?: number },
): Loop {
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  let wake = () => {};
  // woken while it was looking already: what it was woken for may have come too late for that look
  let again = false;
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = (work: () => Promise<void>) => {
    const piece: Promise<void> = work()
      .catch((error) => services.log(`${options.name}.failed`, { error }))
      .finally(() => {
        running.delete(piece);
        wake();
      });
    running.add(piece);
  };
  const turn = async () => {
    while (!ending.signal.aborted) {
      if (options.gatherMs && running.size > 0)
        await new Promise((resolve) => setTimeout(resolve, options.gatherMs));
      again = false;
      const free = options.atOnce - running.size;
      let claimed: (() => Promise<void>)[] = [];
      try {
        if (free > 0) claimed = await options.claim(services, free, ending.signal);
      } catch (error) {
        services.log(`${options.name}.claim_failed`, { error });
        await pause(2_000);
      }
      claimed.forEach(run);
      if (claimed.length === 0 && !again && !ending.signal.aborted) await pause(options.idleMs);
    }
    await Promise.all(running);
  };
  const ended = turn();
  return {
    wake: () => {
      again = true;
      wake();
    },
    stop: async () => {
      ending.abort();
      wake();
      await ended;
    },
  };
}
