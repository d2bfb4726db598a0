"use client";

import { type Dispatch, type SetStateAction, useEffect, useRef } from "react";
import type { FeedPage } from "#lib/triage/list.ts";
import type { Filters } from "./feed-address.ts";
import type { FeedState } from "./feed-state.ts";
import type { LiveEvent } from "./live-connection.ts";
import { useFeedLook } from "./use-feed-look.ts";
import { useLive } from "./use-live.ts";
import { useLiveFeed } from "./use-live-feed.ts";

type Options = {
  first: FeedPage;
  filters: Filters;
  address: string;
  liveName: string;
  state: FeedState;
  setState: Dispatch<SetStateAction<FeedState>>;
  openId: string | null;
};

/** Where the feed's rows come from: the stream, or looking again where there is none. */
export function useFeedSource({ first, filters, address, liveName, state, setState, openId }: Options) {
  const taking = useRef<(events: LiveEvent[]) => void>(() => {});
  const live = useLive({
    name: liveName,
    after: first.changeSequence,
    onEvents: (events) => taking.current(events),
  });
  const isLive = live.state === "live" || live.state === "waiting";
  const source = useFeedLook({ address, state, setState, isLive });
  const { look, ask, looked, take } = source;
  const isWatched = (id: string) => id === openId || looked.has(id);
  const takeIn = useLiveFeed({ filters, setState, look, ask, isWatched, take });
  useEffect(() => {
    taking.current = takeIn;
  });

  // what was read anew is older than what is still known of the stream
  const latestLook = useRef(look);
  useEffect(() => {
    latestLook.current = look;
  });
  useEffect(() => {
    if (live.missing) void latestLook.current();
  }, [live.missing]);
  return { live, ...source };
}
