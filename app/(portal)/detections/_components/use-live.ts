"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { useStore } from "#components/ui/use-store.ts";
import type { LiveEvent } from "../_store/live-connection.ts";
import { type Live, LiveStream } from "../_store/live-stream.ts";

type Options = {
  /** one connection for each name and browser */
  name: string;
  /** the change number that the page was read at */
  after: number;
  onEvents: (events: LiveEvent[]) => void;
};

/** Follows the organisation's changes. What came after the page was read is handed over once more when it is reread. */
export function useLive({ name, after, onEvents }: Options): Live {
  const hear = useEffectEvent(onEvents);
  const [stream] = useState(() => new LiveStream({ name, after }));
  useEffect(() => stream.start((events) => hear(events)), [stream]);
  useEffect(() => {
    const { events } = stream.since(after);
    if (events.length > 0) hear(events);
  }, [stream, after]);
  return useStore(stream);
}
