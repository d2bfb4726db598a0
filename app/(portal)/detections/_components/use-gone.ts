"use client";

import { type Dispatch, type SetStateAction, useEffect } from "react";
import { flushSync } from "react-dom";
import { type FeedState, withoutGone } from "./feed-state.ts";

type Options = {
  state: FeedState;
  setState: Dispatch<SetStateAction<FeedState>>;
  /** the row that has the focus, or had it last */
  currentId: string | null;
  /** rows that are selected or open */
  keeps: ReadonlySet<string>;
};

/** rows on each side of the focused one that stay, so that what was just worked on is still there to look at */
const near = 1;
/** room above the list's visible part that is surely enough to take rows out without moving the focused one */
const roomPx = 240;

/**
 * Lets go of rows that are gone once the focus has moved two rows on, or nobody looks at the page; the focused row
 * stays where it is on the screen.
 */
export function useGone({ state, setState, currentId, keeps }: Options): void {
  useEffect(() => {
    if (state.gone.size === 0) return;
    const row = document.activeElement?.closest<HTMLElement>("[data-row]");
    if (!row || row.dataset.row !== currentId) return;
    const at = state.items.findIndex((item) => item.id === currentId);
    const stay = new Set(keeps);
    for (const [index, { id }] of state.items.entries()) {
      // near the top there is nothing to scroll by, so what stands above would move the row
      if (Math.abs(index - at) <= near || (index < at && scrollY < roomPx)) stay.add(id);
    }
    const next = withoutGone(state, stay);
    if (next === state) return;
    const before = row.getBoundingClientRect().top;
    queueMicrotask(() => {
      flushSync(() => setState((held) => withoutGone(held, stay)));
      scrollBy(0, row.getBoundingClientRect().top - before);
    });
    // the focus moving is what decides, not a row that changes
    // oxlint-disable-next-line react/exhaustive-deps
  }, [currentId]);

  useEffect(() => {
    const onHide = () => {
      if (document.hidden) setState((before) => withoutGone(before, keeps));
    };
    document.addEventListener("visibilitychange", onHide);
    return () => document.removeEventListener("visibilitychange", onHide);
  }, [keeps, setState]);
}
