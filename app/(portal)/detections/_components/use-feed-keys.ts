"use client";

import { useRouter } from "next/navigation";
import type { RefObject } from "react";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { FeedItem } from "#lib/triage/list.ts";
import { useKeys } from "./use-keys.ts";
import type { Selection } from "./use-selection.ts";

type Options = {
  items: FeedItem[];
  selection: Selection;
  currentId: string | null;
  openId: string | null;
  setCurrent: (id: string) => void;
  open: (id: string | null) => void;
  openCurrent: () => void;
  status: (preset: TargetStatus) => void;
  claim: () => void;
  undo: () => void;
  showFresh: () => void;
  showHelp: () => void;
  searchRef: RefObject<HTMLInputElement | null>;
};

/** The feed's keys (keys-help.tsx says which). */
export function useFeedKeys(options: Options): void {
  const router = useRouter();
  const { items, selection, currentId, openId, setCurrent, open, status } = options;
  function move(step: number, extend: boolean): void {
    const at = items.findIndex((item) => item.id === currentId);
    const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
    if (!next) return;
    if (extend) selection.add([currentId ?? next.id, next.id]);
    setCurrent(next.id);
    if (openId) open(next.id);
    document.dispatchEvent(new CustomEvent("pocketsoc:row", { detail: next.id }));
  }
  useKeys({
    j: () => move(1, false),
    k: () => move(-1, false),
    ArrowDown: () => move(1, false),
    ArrowUp: () => move(-1, false),
    J: () => move(1, true),
    K: () => move(-1, true),
    o: options.openCurrent,
    Escape: () => {
      if (selection.ids.size > 0) selection.clear();
      else if (openId) open(null);
    },
    x: () => currentId && selection.toggle(currentId, false),
    a: options.claim,
    i: () => status("in_progress"),
    r: () => status("resolved"),
    d: () => status("dismissed"),
    t: () => status("active"),
    u: options.undo,
    v: () => document.querySelector<HTMLAnchorElement>("[data-azure-link]")?.click(),
    y: () => {
      const id = openId ?? currentId;
      if (id) void navigator.clipboard.writeText(`${location.origin}/detections/${id}`);
    },
    "/": () => options.searchRef.current?.focus(),
    ".": options.showFresh,
    "?": options.showHelp,
    "g d": () => router.push("/detections"),
    "g s": () => router.push("/settings"),
  });
}
