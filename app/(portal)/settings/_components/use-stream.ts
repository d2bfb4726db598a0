"use client";

import { useEffect, useRef, useState } from "react";

/** The word that a stream ends with when its request never came through. */
export type Unreachable = { type: "unreachable" };

/** Follows an action that streams events. A second run, or leaving the page, lets go of the first. */
export function useStream<E extends { type: string }>() {
  const [events, setEvents] = useState<(E | Unreachable)[]>([]);
  const [failed, setFailed] = useState<Extract<E, { type: "failed" }> | null>(null);
  const [busy, setBusy] = useState(false);
  const current = useRef(0);
  useEffect(
    () => () => {
      current.current = -1;
    },
    [],
  );

  async function run(
    start: () => Promise<AsyncIterable<E>> | AsyncIterable<E>,
    onEvent?: (event: E) => void,
  ): Promise<void> {
    const mine = ++current.current;
    setBusy(true);
    setEvents([]);
    try {
      // the type of an action says a generator; over the wire it is a promise of one
      for await (const event of await start()) {
        if (mine !== current.current) return;
        setEvents((before) => [...before, event]);
        // a failure stays on screen while it is tried again
        if (event.type === "failed") setFailed(event as Extract<E, { type: "failed" }>);
        else if (event.type !== "step" && event.type !== "verified") setFailed(null);
        onEvent?.(event);
      }
    } catch {
      if (mine === current.current) setEvents((before) => [...before, { type: "unreachable" }]);
    } finally {
      if (mine === current.current) setBusy(false);
    }
  }
  return { events, failed, busy, run };
}
