"use client";

import { useEffect, useRef, useState } from "react";
import type { LiveEvent } from "./live-connection.ts";
import { canShareTabs, openLive } from "./live-tabs.ts";

/** `off`: this browser can't, so the page looks again by itself. `heardAt`: by this browser's clock. */
export type Live = { state: "off" | "waiting" | "live" | "reconnecting"; heardAt: number };

/** frames may come 60 times a second; a list that changes more often than this can't be read */
const flushEveryMs = 250;
const hiddenFlushMs = 1_000;
const keptMax = 2_000;

type Options = {
  /** one connection for each name and browser */
  name: string;
  /** the change number that the page was read at */
  after: number;
  onEvents: (events: LiveEvent[]) => void;
};

/**
 * Follows the organisation's changes and hands them over in batches, one a frame at most. When the page is read
 * anew, what came since that reading is handed over once more; `missing` says that not all of it is known.
 */
export function useLive({ name, after, onEvents }: Options): Live & { missing: boolean } {
  const [live, setLive] = useState<Live>({ state: "waiting", heardAt: 0 });
  const latest = useRef(onEvents);
  useEffect(() => {
    latest.current = onEvents;
  });
  const kept = useRef<{ events: LiveEvent[]; after: number }>({ events: [], after });
  const [missing, setMissing] = useState(false);
  const start = useRef(after);

  useEffect(() => {
    if (!canShareTabs()) {
      const timer = setTimeout(() => setLive({ state: "off", heardAt: 0 }));
      return () => clearTimeout(timer);
    }
    let queue: LiveEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let flushedAt = 0;
    const flush = () => {
      timer = undefined;
      flushedAt = performance.now();
      const events = queue;
      queue = [];
      setLive((before) => ({ ...before, heardAt: Date.now() }));
      latest.current(events);
    };
    const onFrame = () => (document.hidden ? flush() : requestAnimationFrame(flush));
    const leave = openLive({
      name,
      after: start.current,
      onEvent: (event) => {
        queue.push(event);
        if (event.type === "row" || event.type === "deleted") kept.current.events.push(event);
        if (kept.current.events.length > keptMax)
          kept.current.after = kept.current.events.shift()?.sequence ?? kept.current.after;
        const wait = document.hidden ? hiddenFlushMs : flushedAt + flushEveryMs - performance.now();
        timer ??= setTimeout(onFrame, Math.max(0, wait));
      },
      onState: (isLive) =>
        setLive((before) =>
          isLive
            ? { state: "live", heardAt: Date.now() }
            : before.state === "waiting" && before.heardAt === 0
              ? { state: "reconnecting", heardAt: Date.now() }
              : { ...before, state: "reconnecting" },
        ),
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [name]);

  // another reading of the page: what came between it and now was given to the one before
  useEffect(() => {
    setMissing(after < kept.current.after);
    const since = kept.current.events.filter((event) => event.sequence > after);
    if (since.length > 0) latest.current(since);
  }, [after]);

  return { ...live, missing };
}
