"use client";

import { useEffect } from "react";
import { flushSync } from "react-dom";
import { type FeedState, withoutFarGone, withoutGone } from "../_store/feed-state.ts";
import type { FeedStore } from "../_store/feed-store.ts";
import type { FeedView } from "../_store/feed-view.ts";

const everything = { above: Number.POSITIVE_INFINITY, below: Number.POSITIVE_INFINITY };

/**
 * How many rows above and below `row` can be removed without moving `row` on the screen. The page scrolls to make up for the
 * removed rows.
 */
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
 * Removes rows that no longer belong in the list. Waits until the focus is two rows away or the page is hidden. After a
 * click, the focused row never moves on the screen. After a key, it moves if the page can't scroll far enough.
 */
export function useGone(store: FeedStore, view: FeedView): void {
  useEffect(() => {
    // reads the focus itself, because keys move it a frame after the current row has changed
    const onFocus = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
      const id = row?.dataset.row;
      if (!row || !id) return;
      const room = row.matches(":focus-visible") ? everything : roomAround(row);
      const letGo = (state: FeedState) => withoutFarGone(state, id, view.keeps(), room);
      if (letGo(store.get()) === store.get()) return;
      const before = row.getBoundingClientRect().top;
      // the focus may move while React renders, for example when a dialog returns it
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
