import type { FeedItem } from "#lib/triage/list.ts";

/** An event of the stream, with its change number. */
export type LiveEvent =
  | { type: "row"; sequence: number; item: FeedItem }
  | { type: "deleted"; sequence: number; id: string }
  | { type: "reset" | "access" | "end" | "heartbeat"; sequence: number };

type Options = {
  after: number;
  onEvent: (event: LiveEvent) => void;
  onState: (live: boolean) => void;
};
export type Connect = (options: Options) => { close(): void };

/** how long a connection may be silent before it counts as dead; the server sends a heartbeat every 15 s */
const silentMs = 40_000;
const backoffMs = { first: 500, most: 30_000 };

/**
 * A random wait before reconnecting, in ms. Its upper limit doubles with each failure, and its lower limit is half the upper
 * one. Random waits make browsers reconnect at different moments.
 */
const delayOf = (failures: number) =>
  Math.min(backoffMs.most, backoffMs.first * 2 ** failures) * (0.5 + Math.random() / 2);

/**
 * Follows the organisation's changes after the change number `after`. When the connection is cut, reconnects and continues
 * after the last received change. The browser's own reconnection has no backoff and doesn't notice an open but dead
 * connection.
 */
export const connectLive: Connect = ({ after, onEvent, onState }) => {
  let last = after;
  let failures = 0;
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const expect = (ms: number, next: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(next, ms);
  };
  function again(): void {
    source?.close();
    source = null;
    if (closed) return;
    onState(false);
    expect(delayOf(failures++), open);
  }
  function hear(event: LiveEvent): void {
    last = event.type === "reset" ? event.sequence : Math.max(last, event.sequence);
    expect(silentMs, again);
    onEvent(event);
    // new credentials may have replaced the expired ones
    if (event.type === "end") again();
  }
  function open(): void {
    const opened = new EventSource(`/api/v1/stream?after=${last}`);
    source = opened;
    expect(silentMs, again);
    opened.addEventListener("open", () => {
      failures = 0;
      onState(true);
    });
    opened.addEventListener("error", again);
    const on = (name: string, read: (sequence: number, data: unknown) => LiveEvent) =>
      opened.addEventListener(name, ({ lastEventId, data }: MessageEvent<string>) =>
        hear(read(Number(lastEventId), JSON.parse(data))),
      );
    on("detection", (sequence, data) => ({ type: "row", sequence, item: data as FeedItem }));
    on("deleted", (sequence, data) => ({ type: "deleted", sequence, id: (data as { id: string }).id }));
    for (const type of ["reset", "access", "end", "heartbeat"] as const)
      on(type, (sequence) => ({ type, sequence }));
  }
  open();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      source?.close();
    },
  };
};
