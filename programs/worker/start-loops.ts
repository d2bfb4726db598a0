import type { Services } from "#lib/core/context.ts";
import type { LeaseWork } from "#lib/core/work.ts";
import type { HintTopic } from "#lib/platform/hints.ts";
import { type Loop, type LoopOptions, startLoop } from "./loop.ts";

/** The options of a loop, and the events that make the loop lease before its idle time is over. */
type LoopRow<Name extends string> = LoopOptions & {
  /** a hint with this topic, from any process, makes the loop lease */
  wakeOn?: HintTopic;
  /** the name of another loop; when one of its pieces ends, this loop leases */
  wakeAfter?: NoInfer<Name>;
};

/** Defines the table of loops, by the names that logs show. */
export const loopTable = <Name extends string>(
  rows: Record<Name, LoopRow<Name>>,
): Record<string, LoopRow<string>> => rows;

/** Returns a function that leases rows and returns one piece of work for each lease. */
export const eachLease =
  <Lease>(
    lease: (services: Services, limit: number) => Promise<Lease[]>,
    work: (services: Services, lease: Lease, signal: AbortSignal) => Promise<unknown>,
  ): LeaseWork =>
  async (services, limit, signal) =>
    (await lease(services, limit)).map((leased) => async () => {
      await work(services, leased, signal);
    });

/** Starts the loops. `stop` ends running pieces within seconds; polls and status changes then release their leases. */
export function startLoops(
  services: Services,
  rows: Record<string, LoopRow<string>>,
): { stop(): Promise<void> } {
  const started = new Map<string, Loop>();
  const unsubscribers: (() => void)[] = [];
  for (const [name, row] of Object.entries(rows)) {
    const onEnded = () => {
      for (const [other, { wakeAfter }] of Object.entries(rows))
        if (wakeAfter === name) started.get(other)?.wake();
    };
    const loop = startLoop(services, name, row, onEnded);
    started.set(name, loop);
    if (row.wakeOn) unsubscribers.push(services.hints.subscribe(row.wakeOn, loop.wake));
  }
  return {
    stop: async () => {
      for (const unsubscribe of unsubscribers) unsubscribe();
      await Promise.all([...started.values()].map((loop) => loop.stop()));
    },
  };
}
