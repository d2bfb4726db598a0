"use client";

import { useSyncExternalStore } from "react";

const tickMs = 15_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const listener of listeners) listener();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Returns the current time in ms, updated every 15 s by one timer per page. During hydration, returns the server's time. */
export function useNow(serverIso: string): number {
  return useSyncExternalStore(
    subscribe,
    () => Math.ceil(Date.now() / tickMs) * tickMs,
    () => Date.parse(serverIso),
  );
}

const nothing = () => () => {};

/** Whether the page is hydrated. The person's time zone is available only after that. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    nothing,
    () => true,
    () => false,
  );
}
