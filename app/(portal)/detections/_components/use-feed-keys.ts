"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { Reason } from "#lib/domain/verdict.ts";
import type { FeedView } from "../_store/feed-view.ts";
import { mayAct, noteWindowFocus } from "./acting-keys.ts";
import { useKeys } from "./use-keys.ts";
import type { Triage } from "./use-triage.ts";

type Options = {
  view: FeedView;
  /** null if the person must not change anything */
  triage: Triage | null;
  showFresh: () => void;
};

/** Whether the screen has room for the pane beside the list. */
export const isWide = () => matchMedia("(min-width: 1280px)").matches;

/** Handles the feed's keyboard shortcuts, which keys-help.tsx lists. */
export function useFeedKeys({ view, triage, showFresh }: Options): void {
  const router = useRouter();
  function move(step: number, extend: boolean): void {
    const id = view.move(step, extend && triage !== null);
    if (id) document.dispatchEvent(new CustomEvent("pocketsoc:row", { detail: id }));
  }
  useEffect(() => {
    addEventListener("focus", noteWindowFocus);
    return () => removeEventListener("focus", noteWindowFocus);
  }, []);
  /** The rows that a deciding key acts on; none if the key may not act now. */
  const targetsOf = (event: KeyboardEvent) => {
    const targets = view.targets();
    return mayAct(
      event,
      targets.map(({ id }) => id),
    )
      ? targets
      : [];
  };
  const ask = (to: TargetStatus, reason?: Reason) => (event: KeyboardEvent) => {
    const targets = targetsOf(event);
    if (targets.length > 0) triage?.ask(targets, { to, ...(reason ? { reason } : {}) });
  };
  useKeys({
    j: () => move(1, false),
    k: () => move(-1, false),
    ArrowDown: () => move(1, false),
    ArrowUp: () => move(-1, false),
    J: () => move(1, true),
    K: () => move(-1, true),
    o: () => {
      const { currentId } = view.get();
      if (!currentId) return;
      if (isWide()) view.open(currentId);
      else router.push(`/detections/${currentId}`);
    },
    Escape: () => {
      if (view.selected().size > 0) view.clear();
      else if (view.get().openId) view.open(null);
    },
    x: () => {
      const { currentId } = view.get();
      if (currentId && triage) view.toggle(currentId, false);
    },
    a: (event) => triage?.acknowledgeAll(targetsOf(event), view.clear),
    A: (event) => triage?.releaseAll(targetsOf(event), view.clear),
    "!": ask("in_progress", "confirmed"),
    i: ask("in_progress"),
    r: ask("resolved"),
    d: ask("dismissed"),
    t: ask("active"),
    u: (event) => {
      if (!event.repeat) triage?.undo();
    },
    v: () => document.querySelector<HTMLAnchorElement>("[data-console-link]")?.click(),
    y: () => {
      const { openId, currentId } = view.get();
      const id = openId ?? currentId;
      if (id) void navigator.clipboard.writeText(`${location.origin}/detections/${id}`);
    },
    ".": showFresh,
    "g d": () => router.push("/detections"),
    "g s": () => router.push("/settings"),
  });
}
