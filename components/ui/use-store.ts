"use client";

import { useSyncExternalStore } from "react";
import type { Store } from "./store.ts";

/** A store's current value. */
export function useStore<T extends object>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}
