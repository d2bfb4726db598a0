import type { Services } from "#lib/services/context.ts";
import { startLoop } from "./loop.ts";
import {
  claimDecisions,
  claimMails,
  claimMerges,
  claimNotifications,
  decidedAtOnce,
  claimOutgoing,
  claimPolls,
  claimSends,
} from "./claims.ts";

type Worker = { stop(): Promise<void> };

/** Starts polling, write-back, the merging of deliveries and notifications. `stop` ends what is under way within seconds and gives leases back. */
export function startWorker(services: Services): Worker {
  const merges = startLoop(services, {
    name: "merge",
    claim: claimMerges(),
    atOnce: 4,
    idleMs: 500,
  });
  const notify = startLoop(services, {
    name: "notify",
    claim: claimNotifications,
    atOnce: 100,
    idleMs: 250,
    gatherMs: 20,
  });
  const decide = startLoop(services, {
    name: "decide",
    claim: claimDecisions(() => notify.wake()),
    atOnce: decidedAtOnce,
    idleMs: 250,
  });
  const unsubscribers = [
    services.hints.subscribe("deliveries", () => merges.wake()),
    // what is new may ring
    services.hints.subscribe("changes", () => decide.wake()),
  ];
  const loops = [
    merges,
    decide,
    notify,
    startLoop(services, { name: "mail", claim: claimMails, atOnce: 16, idleMs: 500 }),
    // apart from what rings: a receiver may keep each call waiting for seconds, and no phone waits for that
    startLoop(services, { name: "outgoing", claim: claimOutgoing, atOnce: 16, idleMs: 500 }),
    startLoop(services, { name: "poll", claim: claimPolls, atOnce: 24, idleMs: 1_000 }),
    startLoop(services, { name: "send", claim: claimSends, atOnce: 24, idleMs: 250 }),
  ];
  return {
    stop: async () => {
      for (const unsubscribe of unsubscribers) unsubscribe();
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
