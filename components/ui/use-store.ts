"use client";

import { useSyncExternalStore } from "react";
import type { Store } from "./store.ts";

/** Returns a store's current value, and renders the component again when the value changes. */
export function useStore<T extends object>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}
