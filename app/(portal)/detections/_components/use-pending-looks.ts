"use client";

import { useEffect, useRef } from "react";

const everyMs = 1_500;

/** Asks for rows whose change is under way until it is done, one look after the other; nothing with no rows. */
export function usePendingLooks(ids: ReadonlySet<string>, lookAt: (ids: string[]) => Promise<void>): void {
  const key = [...ids].join(",");
  const latest = useRef(lookAt);
  useEffect(() => {
    latest.current = lookAt;
  });
  useEffect(() => {
    if (!key) return;
    const leaving = new AbortController();
    const watch = async () => {
      while (!leaving.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        if (!leaving.signal.aborted) await latest.current(key.split(","));
      }
    };
    void watch();
    return () => leaving.abort();
  }, [key]);
}
