"use client";

import { useEffect, useLayoutEffect, useState } from "react";
import { useStore } from "#components/ui/use-store.ts";
import { type Drawn, openFeed } from "../_store/open-feed.ts";
import { useGone } from "./use-gone.ts";

/** The feed's stores for as long as its page is open, and what they hold now. */
export function useFeed(drawn: Drawn) {
  const [{ store, view }] = useState(() => openFeed(drawn));
  const { first, filters } = drawn;
  useEffect(() => store.start(), [store]);
  // before the browser draws a list of the page before
  useLayoutEffect(() => store.begin(first, filters), [store, first, filters]);
  useGone(store, view);
  return { store, view, feed: useStore(store), look: useStore(view) };
}
