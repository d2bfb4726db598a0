import type postgres from "postgres";
import { z } from "zod";
import { type Hints, type HintTopic, hintTopics } from "#lib/platform/hints.ts";

const channel = "pocketsoc_hints";
/** NOTIFY takes a lock on the whole server at commit, so there are 40 a second at most from one process */
const everyMs = 25;
/** with their quotes and commas they stay under the 8,000 bytes that PostgreSQL takes */
const idsAtOnce = 180;
const listenAgainMs = 2_000;

const Payload = z.partialRecord(z.enum(hintTopics), z.array(z.string()));
type Listener = (organisationIds: string[]) => void;

/** Payloads that hold all that is pending, each short enough for one NOTIFY. */
function payloadsOf(pending: ReadonlyMap<HintTopic, ReadonlySet<string>>): string[] {
  return [...pending].flatMap(([topic, ids]) => {
    const all = [...ids];
    const parts = [];
    for (let at = 0; at < all.length; at += idsAtOnce) parts.push(all.slice(at, at + idsAtOnce));
    return parts.map((part) => JSON.stringify({ [topic]: part }));
  });
}

/**
 * Hints over LISTEN and NOTIFY on one channel: what is published within 25 ms goes out as one, on an ordinary
 * connection of the pool. The connection that listens is opened at the first subscription; it listens again by
 * itself when it was cut. What goes wrong is told to `onProblem` and costs nothing but the hint.
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
    const taken = pending;
    pending = new Map();
    try {
      for (const payload of payloadsOf(taken)) await client.notify(channel, payload);
    } catch (error) {
      onProblem(error);
    }
  }

  function hear(text: string): void {
    const payload = Payload.safeParse(parse(text));
    if (!payload.success) return onProblem(new Error("a hint that can't be read"));
    for (const topic of hintTopics) {
      const ids = payload.data[topic];
      if (ids) for (const listener of listeners[topic]) listener(ids);
    }
  }

  function listen(): void {
    if (listening || closed) return;
    listening = true;
    client.listen(channel, hear).catch((error: unknown) => {
      if (closed) return;
      onProblem(error);
      listening = false;
      setTimeout(listen, listenAgainMs).unref();
    });
  }

  return {
    publish(topic, organisationId) {
      const ids = pending.get(topic) ?? new Set();
      pending.set(topic, ids.add(organisationId));
      const waitMs = Math.max(0, lastSentAt + everyMs - performance.now());
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
    return null;
  }
}
