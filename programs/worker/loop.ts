import type { Services } from "#lib/core/context.ts";
import type { LeaseWork, Work } from "#lib/core/work.ts";
import { pauseOrAbort } from "#lib/platform/pause.ts";
import { createLimiter } from "#lib/platform/limiter.ts";

/** The options of a loop. All times are in ms. */
export type LoopOptions = {
  lease: LeaseWork;
  /** how many pieces of work run at once */
  concurrency: number;
  /** the maximum number of pieces leased together; by default the number of pieces that can start at once */
  batch?: number;
  /** how long the loop waits after it has found no due work */
  idleMs: number;
  /** how long the loop waits between two leases while pieces run, so that it leases in larger batches */
  gatherMs?: number;
};

/** A running loop. `wake` makes the loop lease at once. `stop` resolves once the running pieces have ended. */
export type Loop = { wake(): void; stop(): Promise<void> };

const leaseFailedMs = 2_000;

/**
 * Starts a loop that leases work as long as fewer than `concurrency` pieces run, and waits `idleMs` if no work is due. A slow
 * piece doesn't delay the others. `onEnded` is called after each piece.
 */
export function startLoop(
  services: Services,
  name: string,
  options: LoopOptions,
  onEnded: () => void = () => {},
): Loop {
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  const inTurn = createLimiter(options.concurrency);
  const idle = openIdle();
  const run = (work: Work) => {
    const piece: Promise<void> = inTurn(work)
      .catch((error: unknown) => services.log(`${name}.failed`, { error }))
      .finally(() => {
        running.delete(piece);
        onEnded();
        idle.wake();
      });
    running.add(piece);
  };
  const leaseAndRun = async (room: number): Promise<void> => {
    const leased = await options.lease(services, options.batch ?? room, ending.signal);
    leased.forEach(run);
    if (leased.length === 0 && !ending.signal.aborted) await idle.wait(options.idleMs);
  };
  const runUntilStopped = async () => {
    while (!ending.signal.aborted) {
      if (options.gatherMs && running.size > 0)
        await new Promise((resolve) => setTimeout(resolve, options.gatherMs));
      idle.begin();
      const room = options.concurrency - running.size;
      if (room <= 0) {
        await idle.wait(options.idleMs);
        continue;
      }
      await leaseAndRun(room).catch(async (error: unknown) => {
        services.log(`${name}.lease_failed`, { error });
        await pauseOrAbort(leaseFailedMs, ending.signal);
      });
    }
    await Promise.all(running);
  };
  const ended = runUntilStopped();
  return {
    wake: idle.wake,
    stop: async () => {
      ending.abort();
      idle.wake();
      await ended;
    },
  };
}

/**
 * Opens a wait that a call of `wake` ends. A call after `begin` ends the next wait too, so that no due work is missed.
 */
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
