"use client";

import { useEffect } from "react";
import { flushSync } from "react-dom";
import { type FeedState, withoutFarGone, withoutGone } from "../_store/feed-state.ts";
import type { FeedStore } from "../_store/feed-store.ts";
import type { FeedView } from "../_store/feed-view.ts";

const everything = { above: Number.POSITIVE_INFINITY, below: Number.POSITIVE_INFINITY };

/** How many rows may leave above and below before the page can't be scrolled by as much. */
function roomAround(row: HTMLElement): { above: number; below: number } {
  const { height } = (row.closest("li") ?? row).getBoundingClientRect();
  const rowsIn = (px: number) => Math.floor(px / Math.max(1, height));
  const { scrollHeight } = document.documentElement;
  return {
    above: rowsIn(scrollY),
    below: scrollY === 0 ? everything.below : rowsIn(scrollHeight - innerHeight - scrollY),
  };
}

/**
 * Lets go of rows that are gone once the focus has moved two rows on, or nobody looks at the page. The focused row
 * stays where it is on the screen, always under a pointer; where a key moved the focus, as far as the page can scroll.
 */
export function useGone(store: FeedStore, view: FeedView): void {
  useEffect(() => {
    // the focus itself: keys move it a frame after the current row has changed
    const onFocus = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
      const id = row?.dataset.row;
      if (!row || !id) return;
      const room = row.matches(":focus-visible") ? everything : roomAround(row);
      const letGo = (state: FeedState) => withoutFarGone(state, id, view.keeps(), room);
      if (letGo(store.get()) === store.get()) return;
      const before = row.getBoundingClientRect().top;
      // the focus may move while React draws, as when a dialog gives it back
      queueMicrotask(() => {
        flushSync(() => store.apply(letGo));
        scrollBy(0, row.getBoundingClientRect().top - before);
      });
    };
    const onVisibility = () => {
      if (document.hidden) store.apply((state) => withoutGone(state, view.keeps()));
    };
    document.addEventListener("focusin", onFocus);
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [store, view]);
}
