"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { FeedItem } from "#lib/triage/list.ts";
import type { Gone } from "./feed-state.ts";
import { FeedRow } from "./feed-row.tsx";
import type { Selection } from "./use-selection.ts";

type Props = {
  items: FeedItem[];
  gone: ReadonlyMap<string, Gone>;
  nowIso: string;
  selection: Selection;
  canTriage: boolean;
  openId: string | null;
  currentId: string | null;
  onOpen: (id: string, event: MouseEvent) => void;
  onFocus: (id: string) => void;
};

const rowHeight = 57;
/** what the server draws, before the window's size is known */
const firstRect = { width: 1024, height: 1200 };

/** The rows in view and a few around them, however long the list is. */
export function FeedList(props: Props) {
  const { items, selection } = props;
  const ref = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(ref.current?.offsetTop ?? 0), []);
  // the React Compiler, which these functions would mislead, isn't used here
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => items[index]?.id ?? index,
    initialRect: firstRect,
    overscan: 8,
    scrollMargin: top,
    scrollPaddingStart: 80,
    scrollPaddingEnd: 80,
  });

  // keys move the focus, also to a row that isn't drawn yet
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

  // rows stand in the page's own flow, with room kept for those that aren't drawn: before the browser has
  // measured them, on a phone twice as high as estimated, none covers another
  const rows = virtual.getVirtualItems();
  const before = (rows[0]?.start ?? top) - virtual.options.scrollMargin;
  const after = virtual.getTotalSize() - ((rows.at(-1)?.end ?? top) - virtual.options.scrollMargin);
  return (
    <ul
      ref={ref}
      aria-label="Detections"
      className="overflow-hidden rounded-lg border border-line bg-raised"
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
            className="border-b border-line last:border-b-0"
          >
            <FeedRow
              item={item}
              gone={props.gone.get(item.id) ?? null}
              nowIso={props.nowIso}
              selecting={props.canTriage && selection.selecting}
              selectable={props.canTriage}
              selected={selection.ids.has(item.id)}
              open={item.id === props.openId}
              current={item.id === props.currentId}
              onSelect={selection.toggle}
              onOpen={props.onOpen}
              onFocus={props.onFocus}
            />
          </li>
        );
      })}
    </ul>
  );
}
