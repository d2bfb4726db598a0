import type { Services } from "#lib/core/context.ts";
import type { LeaseWork, Work } from "#lib/core/work.ts";
import { pause } from "#lib/platform/pause.ts";
import { createLimiter } from "#lib/platform/limiter.ts";

/** How a loop works; times in ms. */
export type LoopOptions = {
  lease: LeaseWork;
  /** pieces of work at the same time */
  concurrency: number;
  /** how many pieces are leased together; without it as many as there is room for */
  batch?: number;
  /** until the next look when nothing was due */
  idleMs: number;
  /** while pieces are under way, how long more are let gather, where they are cheaper together */
  gatherMs?: number;
};

/** `wake` has it look at once; `stop` resolves once what is under way has ended. */
export type Loop = { wake(): void; stop(): Promise<void> };

const leaseFailedMs = 2_000;

/**
 * Leases work as there is room for it, and looks again after `idleMs` when nothing was due. One slow piece takes one place and
 * delays nothing else. `onEnded` is called after each piece.
 */
export function startLoop(
  services: Services,
  name: string,
  options: LoopOptions,
  onEnded: () => void = () => {},
): Loop {
  const ending = new AbortController();
  const taken = new Set<Promise<void>>();
  const inTurn = createLimiter(options.concurrency);
  const idle = openIdle();
  const run = (work: Work) => {
    const piece: Promise<void> = inTurn(work)
      .catch((error: unknown) => services.log(`${name}.failed`, { error }))
      .finally(() => {
        taken.delete(piece);
        onEnded();
        idle.wake();
      });
    taken.add(piece);
  };
  const look = async (room: number): Promise<void> => {
    const leased = await options.lease(services, options.batch ?? room, ending.signal);
    leased.forEach(run);
    if (leased.length === 0 && !ending.signal.aborted) await idle.wait(options.idleMs);
  };
  const turn = async () => {
    while (!ending.signal.aborted) {
      if (options.gatherMs && taken.size > 0)
        await new Promise((resolve) => setTimeout(resolve, options.gatherMs));
      idle.begin();
      const room = options.concurrency - taken.size;
      if (room <= 0) {
        await idle.wait(options.idleMs);
        continue;
      }
      await look(room).catch(async (error: unknown) => {
        services.log(`${name}.lease_failed`, { error });
        await pause(leaseFailedMs, ending.signal).catch(() => undefined);
      });
    }
    await Promise.all(taken);
  };
  const ended = turn();
  return {
    wake: idle.wake,
    stop: async () => {
      ending.abort();
      idle.wake();
      await ended;
    },
  };
}

/** A wait that `wake` ends, also when it was called after `begin` and before the wait: what it was called for may have come too late for that look. */
function openIdle() {
  let isWoken = false;
  let end = () => {};
  return {
    begin: () => {
      isWoken = false;
    },
    wake: () => {
      isWoken = true;
      end();
    },
    wait: (ms: number) =>
      new Promise<void>((resolve) => {
        if (isWoken) return resolve();
        const timer = setTimeout(resolve, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
