import type { Services } from "#lib/services/context.ts";
import { startLoop } from "./loop.ts";
import { claimMerges, claimPolls, claimSends } from "./claims.ts";

export type Worker = { stop(): Promise<void> };

/** Starts polling, write-back and the merging of deliveries. `stop` ends what is under way within seconds and gives leases back. */
export function startWorker(
  services: Services,
  options: { polls?: number; sends?: number; merges?: number } = {},
): Worker {
  const merges = startLoop(services, {
    name: "merge",
    claim: claimMerges(),
    atOnce: options.merges ?? 4,
    idleMs: 500,
  });
  const unsubscribe = services.hints.subscribe("deliveries", () => merges.wake());
  const loops = [
    merges,
    startLoop(services, { name: "poll", claim: claimPolls, atOnce: options.polls ?? 24, idleMs: 1_000 }),
    startLoop(services, { name: "send", claim: claimSends, atOnce: options.sends ?? 24, idleMs: 250 }),
  ];
  return {
    stop: async () => {
      unsubscribe();
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
