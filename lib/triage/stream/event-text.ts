import type { FeedItem } from "../item.ts";

/**
 * An event of a stream. `id` is the change number after which a client continues if it reconnects with it as Last-Event-ID.
 * `reset`: the client must load the list again, because its copy may be wrong. `access`: the configurations that the person
 * may see have changed. `end`: the credential has become invalid, so the client must not reconnect with it.
 */
type StreamEvent =
  | { event: "detection"; id: number; data: FeedItem }
  | { event: "deleted"; id: number; data: { id: string } }
  | { event: "reset" | "access" | "heartbeat" | "end"; id: number };

/** Returns an event as server-sent text. `data` is one line, because JSON text contains no line break. */
export function textOf(event: StreamEvent): string {
  const data = "data" in event ? JSON.stringify(event.data) : "{}";
  return `event: ${event.event}\nid: ${event.id}\ndata: ${data}\n\n`;
}

/**
 * Returns the first text of a stream: its change number, and the ms after which a client reconnects. It has no data, so it
 * reaches no listener of the client.
 */
export const openingText = (id: number, retryMs: number) => `retry: ${retryMs}\nid: ${id}\n\n`;

/** Returns the last text of a stream whose process is ending: the ms after which the client reconnects. */
export const closingText = (retryMs: number) => `retry: ${retryMs}\n\n`;
