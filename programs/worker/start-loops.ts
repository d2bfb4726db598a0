import type { Services } from "#lib/core/context.ts";
import type { LeaseWork } from "#lib/core/work.ts";
import type { HintTopic } from "#lib/platform/hints.ts";
import { type Loop, type LoopOptions, startLoop } from "./loop.ts";

/** A loop, and what has it look at once rather than at its next turn. */
type LoopRow<Name extends string> = LoopOptions & {
  /** a hint of another process, or of this one */
  wakeOn?: HintTopic;
  /** each ended piece of another loop, which may have left work for this one */
  wakeAfter?: NoInfer<Name>;
};

/** Loops by their names, which logs have. */
export const loopTable = <Name extends string>(
  rows: Record<Name, LoopRow<Name>>,
): Record<string, LoopRow<string>> => rows;

/** A piece of work for each lease. */
export const eachLease =
  <Lease>(
    lease: (services: Services, limit: number) => Promise<Lease[]>,
    work: (services: Services, lease: Lease, signal: AbortSignal) => Promise<unknown>,
  ): LeaseWork =>
  async (services, limit, signal) =>
    (await lease(services, limit)).map((leased) => async () => {
      await work(services, leased, signal);
    });

/** Starts loops. `stop` ends what is under way within seconds; polls and status changes then give their leases back. */
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
