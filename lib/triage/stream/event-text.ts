import type { FeedItem } from "../item.ts";

/**
 * What a stream says. `id` is a change number: whoever comes back with it as Last-Event-ID goes on after it.
 * `reset`: what is held may be wrong, ask anew. `access`: what may be seen is another. `end`: don't come back
 * with these credentials.
 */
type StreamEvent =
  | { event: "detection"; id: number; data: FeedItem }
  | { event: "deleted"; id: number; data: { id: string } }
  | { event: "reset" | "access" | "heartbeat" | "end"; id: number };

/** An event as it goes over the wire: JSON holds no line break, so the data is one line. */
export function textOf(event: StreamEvent): string {
  const data = "data" in event ? JSON.stringify(event.data) : "{}";
  return `event: ${event.event}\nid: ${event.id}\ndata: ${data}\n\n`;
}

/** Where a stream begins, and after how many ms to come back when it is cut. An id alone calls no listener. */
export const openingText = (id: number, retryMs: number) => `retry: ${retryMs}\nid: ${id}\n\n`;

/** Said to everyone as the process ends: clients spread themselves over the next second. */
export const partingText = (retryMs: number) => `retry: ${retryMs}\n\n`;
