"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { FeedState } from "../_store/feed-state.ts";
import type { FeedView, Look } from "../_store/feed-view.ts";
import { FeedRow } from "./feed-row.tsx";

type Props = {
  feed: FeedState;
  view: FeedView;
  look: Look;
  selected: ReadonlySet<string>;
  canTriage: boolean;
  onOpen: (id: string, event: MouseEvent) => void;
};

const rowHeight = 37;
/** the size that the server renders for, because the server doesn't know the window's size */
const firstRect = { width: 1024, height: 1200 };

/** The list of detections. Renders only the visible rows and a few around them, so that long lists stay fast. */
export function FeedList({ feed, view, look, selected, canTriage, onOpen }: Props) {
  const { items } = feed;
  const currentId = look.currentId ?? items[0]?.id;
  const ref = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(ref.current?.offsetTop ?? 0), []);
  // these functions would break memoisation by the React Compiler, which isn't used here
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => items[index]?.id ?? index,
    initialRect: firstRect,
    overscan: 8,
    scrollMargin: top,
    scrollPaddingStart: 144,
    scrollPaddingEnd: 80,
  });

  // keys can move the focus to a row that isn't rendered yet
  useEffect(() => {
    const onRow = (event: Event) => {
      const id = (event as CustomEvent<string>).detail;
      virtual.scrollToIndex(
        items.findIndex((item) => item.id === id),
        { align: "auto" },
      );
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus({ preventScroll: true }),
      );
    };
    document.addEventListener("pocketsoc:row", onRow);
    return () => document.removeEventListener("pocketsoc:row", onRow);
  }, [items, virtual]);

  // rows are in the page's normal flow, with padding for those that aren't rendered. So none covers another before
  // the browser has measured them: on a phone they are twice as high as estimated
  const rows = virtual.getVirtualItems();
  const before = (rows[0]?.start ?? top) - virtual.options.scrollMargin;
  const after = virtual.getTotalSize() - ((rows.at(-1)?.end ?? top) - virtual.options.scrollMargin);
  return (
    <ul
      ref={ref}
      aria-label="Detections"
      className="@container border-line bg-raised md:border-t"
      style={{ paddingTop: Math.max(0, before), paddingBottom: Math.max(0, after) }}
    >
      {rows.map((row) => {
        const item = items[row.index];
        if (!item) return null;
        return (
          <li
            key={row.key}
            ref={virtual.measureElement}
            data-index={row.index}
            aria-setsize={items.length}
            aria-posinset={row.index + 1}
            className="border-b border-line/60"
          >
            <FeedRow
              item={item}
              gone={feed.gone.get(item.id) ?? null}
              nowIso={feed.page.now}
              readerId={feed.page.readerId}
              showsSource={feed.page.configurations.length > 1}
              selecting={canTriage && look.isSelecting}
              selectable={canTriage}
              selected={selected.has(item.id)}
              open={item.id === look.openId}
              current={item.id === currentId}
              onSelect={view.toggle}
              onOpen={onOpen}
              onFocus={view.focus}
            />
          </li>
        );
      })}
    </ul>
  );
}
