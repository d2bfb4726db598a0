"use client";

import { useCallback } from "react";
import { withoutGone } from "../_store/feed-state.ts";
import type { FeedStore } from "../_store/feed-store.ts";
import type { FeedView } from "../_store/feed-view.ts";

/**
 * Returns a function to call with the ids of detections that the person has just decided on. Those that no longer belong in the list
 * leave it at once, and the next row becomes the current one. What is open in the pane stays there, unless it was closed.
 */
export function useSettled(store: FeedStore, view: FeedView): (ids: readonly string[]) => void {
  return useCallback(
    (ids) =>
      void store.settle(ids).then(() => {
        const { gone, items } = store.get();
        const { openId } = view.get();
        const closed = new Set(items.flatMap(({ id, box }) => (box === "closed" ? [id] : [])));
        const leaving = new Set(ids.filter((id) => gone.has(id) && (id !== openId || closed.has(id))));
        if (leaving.size === 0) return;
        const hadFocus = isFocusFree(leaving);
        const next = view.passOver(leaving);
        store.apply((state) =>
          withoutGone(state, new Set([...state.gone.keys()].filter((id) => !leaving.has(id)))),
        );
        if (next && hadFocus) document.dispatchEvent(new CustomEvent("pocketsoc:row", { detail: next }));
      }),
    [store, view],
  );
}

/** Whether nothing has the focus, or a row that leaves has it. */
function isFocusFree(leaving: ReadonlySet<string>): boolean {
  const { activeElement } = document;
  if (!activeElement || activeElement === document.body) return true;
  const id = activeElement.closest<HTMLElement>("[data-row]")?.dataset.row;
  return id !== undefined && leaving.has(id);
}
