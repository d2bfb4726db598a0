import type postgres from "postgres";
import { z } from "zod";
import { type Hints, type HintTopic, hintTopics } from "#lib/platform/hints.ts";

const channel = "pocketsoc_hints";
/** the shortest time in ms between two NOTIFY statements of one process; NOTIFY takes a server-wide lock at commit */
const sendIntervalMs = 25;
/** the largest number of ids in one payload, which keeps a payload below PostgreSQL's limit of 8,000 bytes */
const idsPerPayload = 180;
const reconnectMs = 2_000;

const Payload = z.partialRecord(z.enum(hintTopics), z.array(z.string()));
type Listener = (organisationIds: string[]) => void;

/** Splits the pending ids into payloads, each short enough for one NOTIFY. */
function payloadsOf(pending: ReadonlyMap<HintTopic, ReadonlySet<string>>): string[] {
  return [...pending].flatMap(([topic, ids]) => {
    const all = [...ids];
    const parts = [];
    for (let at = 0; at < all.length; at += idsPerPayload) parts.push(all.slice(at, at + idsPerPayload));
    return parts.map((part) => JSON.stringify({ [topic]: part }));
  });
}

/**
 * Opens hints over LISTEN and NOTIFY on one channel. Hints published within 25 ms are sent together, on a connection of the
 * pool. The listening connection opens for the first listener and reconnects automatically. `onProblem` gets the errors. An
 * error loses hints but no data.
 */
// long: its parts share one connection and one queue of hints
export function openHints(client: postgres.Sql, onProblem: (error: unknown) => void): Hints {
  const listeners: Record<HintTopic, Set<Listener>> = { changes: new Set(), deliveries: new Set() };
  let pending = new Map<HintTopic, Set<string>>();
  let timer: NodeJS.Timeout | undefined;
  let lastSentAt = 0;
  let sending = Promise.resolve();
  let listening = false;
  let closed = false;

  async function send(): Promise<void> {
    timer = undefined;
    lastSentAt = performance.now();
    const batch = pending;
    pending = new Map();
    try {
      for (const payload of payloadsOf(batch)) await client.notify(channel, payload);
    } catch (error) {
      onProblem(error);
    }
  }

  function receive(text: string): void {
    const payload = Payload.safeParse(parse(text));
    if (!payload.success) return onProblem(new Error("a hint has an invalid payload"));
    for (const topic of hintTopics) {
      const ids = payload.data[topic];
      if (ids) for (const listener of listeners[topic]) listener(ids);
    }
  }

  function listen(): void {
    if (listening || closed) return;
    listening = true;
    client.listen(channel, receive).catch((error: unknown) => {
      if (closed) return;
      onProblem(error);
      listening = false;
      setTimeout(listen, reconnectMs).unref();
    });
  }

  return {
    publish(topic, organisationId) {
      const ids = pending.get(topic) ?? new Set();
      pending.set(topic, ids.add(organisationId));
      const waitMs = Math.max(0, lastSentAt + sendIntervalMs - performance.now());
      timer ??= setTimeout(() => {
        sending = sending.then(send);
      }, waitMs);
    },
    subscribe(topic, listener) {
      listeners[topic].add(listener);
      listen();
      return () => void listeners[topic].delete(listener);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await sending;
      if (pending.size > 0) await send();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // not a hint of ours
    return null;
  }
}
