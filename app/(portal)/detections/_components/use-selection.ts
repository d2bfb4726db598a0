"use client";

import { useState } from "react";
import { bulkMax } from "#lib/domain/triage.ts";

export type Selection = ReturnType<typeof useSelection>;

/** Which rows are selected; Shift extends from the last one. At most as many as one request may carry. */
export function useSelection(items: { id: string }[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState<string | null>(null);
  const [selecting, setSelecting] = useState(false);
  const shown = new Set(items.map((item) => item.id));
  const ids: ReadonlySet<string> = new Set([...chosen].filter((id) => shown.has(id)));

  const add = (more: string[]) => setChosen(new Set([...ids, ...more].slice(0, bulkMax)));
  function toggle(id: string, extend: boolean): void {
    const from = items.findIndex((item) => item.id === anchor);
    const to = items.findIndex((item) => item.id === id);
    setAnchor(id);
    if (extend && from >= 0 && to >= 0) {
      add(items.slice(Math.min(from, to), Math.max(from, to) + 1).map((item) => item.id));
      return;
    }
    const next = new Set(ids);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }
  const clear = () => {
    setChosen(new Set());
    setAnchor(null);
  };
  const switchSelecting = () => {
    if (selecting) clear();
    setSelecting(!selecting);
  };
  return { ids, add, toggle, clear, selecting, switchSelecting };
}
