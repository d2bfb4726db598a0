"use client";

import { useEffect, useLayoutEffect, useState } from "react";
import { useStore } from "#components/ui/use-store.ts";
import { type Drawn, openFeed } from "../_store/open-feed.ts";
import { useGone } from "./use-gone.ts";

/** Creates and starts the feed's stores while the feed's page is open, and returns them with their current values. */
export function useFeed(drawn: Drawn) {
  const [{ store, view }] = useState(() => openFeed(drawn));
  const { first, filters } = drawn;
  useEffect(() => store.start(), [store]);
  // before the browser paints the list of the previous page
  useLayoutEffect(() => store.begin(first, filters), [store, first, filters]);
  useGone(store, view);
  return { store, view, feed: useStore(store), look: useStore(view) };
}
