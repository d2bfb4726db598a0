"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { useStore } from "#components/ui/use-store.ts";
import type { LiveEvent } from "../_store/live-connection.ts";
import { type Live, LiveStream } from "../_store/live-stream.ts";

type Options = {
  /** the connection's name; tabs of a browser that use the same name share one connection */
  name: string;
  /** the change number at which the server rendered the page */
  after: number;
  onEvents: (events: LiveEvent[]) => void;
};

/**
 * Follows the organisation's changes. After the page was reread, delivers the changes that are newer than the page again.
 */
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
