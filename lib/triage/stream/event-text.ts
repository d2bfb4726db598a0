import type { FeedItem } from "../item.ts";

/**
 * An event of a stream. `id` is a change number: a client that reconnects with it as Last-Event-ID continues after it.
 * `reset`: the client's copy may be wrong, so it loads the list again. `access`: what the person may see has changed.
 * `end`: the credential is no longer valid, so the client doesn't reconnect with it.
 */
type StreamEvent =
  | { event: "detection"; id: number; data: FeedItem }
  | { event: "deleted"; id: number; data: { id: string } }
  | { event: "reset" | "access" | "heartbeat" | "end"; id: number };

/** An event as server-sent text. JSON contains no line break, so the data is one line. */
export function textOf(event: StreamEvent): string {
  const data = "data" in event ? JSON.stringify(event.data) : "{}";
  return `event: ${event.event}\nid: ${event.id}\ndata: ${data}\n\n`;
}

/**
 * The first text of a stream: its change number, and after how many ms a client reconnects. An id without data calls no
 * listener.
 */
export const openingText = (id: number, retryMs: number) => `retry: ${retryMs}\nid: ${id}\n\n`;

/** The last text of a stream as the process ends: after how many ms a client reconnects. */
export const closingText = (retryMs: number) => `retry: ${retryMs}\n\n`;
