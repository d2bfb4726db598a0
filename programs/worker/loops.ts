import type { Services } from "#lib/core/context.ts";
import { startLoop } from "./loop.ts";
import {
  leaseDecisions,
  leaseMails,
  leaseMerges,
  leaseWebPushes,
  decisionConcurrency,
  leaseOutgoing,
  leasePolls,
  leaseStatusChanges,
} from "./leases.ts";

type Worker = { stop(): Promise<void> };

/** Starts polling, write-back, the merging of deliveries and notifications. `stop` ends what is under way within seconds and gives leases back. */
export function startWorker(services: Services): Worker {
  const merges = startLoop(services, {
    name: "merge",
    claim: leaseMerges(),
    atOnce: 4,
    idleMs: 500,
  });
  const notify = startLoop(services, {
    name: "notify",
    claim: leaseWebPushes,
    atOnce: 100,
    idleMs: 250,
    gatherMs: 20,
  });
  const decide = startLoop(services, {
    name: "decide",
    claim: leaseDecisions(() => notify.wake()),
    atOnce: decisionConcurrency,
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
    startLoop(services, { name: "mail", claim: leaseMails, atOnce: 16, idleMs: 500 }),
    // apart from what rings: a receiver may keep each call waiting for seconds, and no phone waits for that
    startLoop(services, { name: "outgoing", claim: leaseOutgoing, atOnce: 16, idleMs: 500 }),
    startLoop(services, { name: "poll", claim: leasePolls, atOnce: 24, idleMs: 1_000 }),
    startLoop(services, { name: "send", claim: leaseStatusChanges, atOnce: 24, idleMs: 250 }),
  ];
  return {
    stop: async () => {
      for (const unsubscribe of unsubscribers) unsubscribe();
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
