"use client";

import { useSyncExternalStore } from "react";

const tickMs = 15_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const one of listeners) one();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Now in ms, moving every 15 s with one timer for the page; the server's moment while hydrating. */
export function useNow(serverIso: string): number {
  return useSyncExternalStore(
    subscribe,
    () => Math.ceil(Date.now() / tickMs) * tickMs,
    () => Date.parse(serverIso),
  );
}

const nothing = () => () => {};

/** Whether the page runs in a browser by now: what depends on the person's time zone waits for it. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    nothing,
    () => true,
    () => false,
  );
}
