"use client";

import { type Dispatch, type SetStateAction, useEffect, useEffectEvent } from "react";
import { flushSync } from "react-dom";
import { type FeedState, withoutFarGone, withoutGone } from "./feed-state.ts";

type Options = {
  state: FeedState;
  setState: Dispatch<SetStateAction<FeedState>>;
  /** rows that are selected or open */
  keeps: ReadonlySet<string>;
};

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
export function useGone({ state, setState, keeps }: Options): void {
  const onFocus = useEffectEvent((target: EventTarget | null) => {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
    const id = row?.dataset.row;
    if (!row || !id) return;
    const room = row.matches(":focus-visible") ? everything : roomAround(row);
    const next = (held: FeedState) => withoutFarGone(held, id, keeps, room);
    if (next(state) === state) return;
    const before = row.getBoundingClientRect().top;
    // the focus may move while React draws, as when a dialog gives it back
    queueMicrotask(() => {
      flushSync(() => setState(next));
      scrollBy(0, row.getBoundingClientRect().top - before);
    });
  });
  const onHide = useEffectEvent(() => setState((before) => withoutGone(before, keeps)));
  useEffect(() => {
    // the focus itself: keys move it a frame after the current row has changed
    const focused = (event: FocusEvent) => onFocus(event.target);
    const turned = () => {
      if (document.hidden) onHide();
    };
    document.addEventListener("focusin", focused);
    document.addEventListener("visibilitychange", turned);
    return () => {
      document.removeEventListener("focusin", focused);
      document.removeEventListener("visibilitychange", turned);
    };
  }, []);
}
