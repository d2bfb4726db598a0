"use client";

import { useSyncExternalStore } from "react";
import type { Store } from "./store.ts";

/** What a store holds, as it is now. */
export function useStore<T extends object>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}
