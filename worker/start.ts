import type { Services } from "#lib/services/context.ts";
import { startLoop } from "./loop.ts";
import { claimPolls, claimSends } from "./claims.ts";

export type Worker = { stop(): Promise<void> };

/** Starts polling and write-back. `stop` ends what is under way within seconds and gives leases back. */
export function startWorker(services: Services, options: { polls?: number; sends?: number } = {}): Worker {
  const loops = [
    startLoop(services, { name: "poll", claim: claimPolls, atOnce: options.polls ?? 24, idleMs: 1_000 }),
    startLoop(services, { name: "send", claim: claimSends, atOnce: options.sends ?? 24, idleMs: 250 }),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
