import type { FeedItem } from "../item.ts";

/**
 * An event of a stream. A client that reconnects sends the last `id` as Last-Event-ID. `reset`: the client must load
 * the list of detections again. `access`: the person may see other configurations than before. `end`: the credential is
 * no longer valid, so the client must not reconnect.
 */
type StreamEvent =
  | { event: "detection"; id: number; data: FeedItem }
  | { event: "deleted"; id: number; data: { id: string } }
  | { event: "reset" | "access" | "heartbeat" | "end"; id: number };

/** Returns an event as server-sent text. JSON text contains no line break, so `data` needs only one line. */
export function textOf(event: StreamEvent): string {
  const data = "data" in event ? JSON.stringify(event.data) : "{}";
  return `event: ${event.event}\nid: ${event.id}\ndata: ${data}\n\n`;
}

/**
 * Returns the first text of a stream. It sets the change number and the wait before a reconnection. The client's
 * listeners don't get it.
 */
export const openingText = (id: number, retryMs: number) => `retry: ${retryMs}\nid: ${id}\n\n`;

/** Returns the last text of a stream when the process ends. It sets the wait in ms before the client reconnects. */
export const closingText = (retryMs: number) => `retry: ${retryMs}\n\n`;
