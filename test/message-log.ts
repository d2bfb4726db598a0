import { production } from "./form.ts";
import type { startNotifying } from "./notifying.ts";

/** A message that a device received, with the time since its log was started. */
export type Message = { atMs: number; path: string; title: string; body: string };

/** Starts a log of the messages that devices receive. */
export function startMessageLog({
  push,
  stack: { services },
  advance,
}: Pick<Awaited<ReturnType<typeof startNotifying>>, "push" | "stack" | "advance">) {
  const log: Message[] = [];
  push.received.length = 0;
  const startedAtMs = services.now().getTime();
  const nowMs = () => services.now().getTime() - startedAtMs;
  const note = () => {
    for (const { path, payload } of push.received.splice(0)) {
      const { title, body } = payload.notification;
      log.push({ atMs: nowMs(), path, title, body });
    }
  };
  return {
    log,
    nowMs,
    /**
     * when the last message was received. A minute or five after it, what waits for that long is due, however long the machine took
     * before
     */
    lastAtMs: () => Math.max(...log.map(({ atMs }) => atMs)),
    /** lets time pass until `atMs` after the log's start */
    until: (atMs: number) => advance(Math.max(0, atMs - nowMs()), note),
    /** lists the messages to the subscription at `path` since `fromMs` after the log's start */
    of: (path: string, fromMs = 0) =>
      log.filter((message) => message.path === path && message.atMs >= fromMs),
  };
}

/** The properties of an alert on a virtual machine with this name. */
export const onMachine = (name: string) => ({
  resourceIdentifiers: [
    {
      type: "AzureResource",
      azureResourceId: `/subscriptions/${production}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/${name}`,
    },
  ],
});
