"use client";

import { useEffect } from "react";

/**
 * Loads the page anew when the browser restores it from its back/forward cache. What stood there may be old, or somebody may
 * have signed out since.
 */
export function RestoredPage() {
  useEffect(() => {
    const renew = (event: PageTransitionEvent) => {
      if (event.persisted) location.reload();
    };
    addEventListener("pageshow", renew);
    return () => removeEventListener("pageshow", renew);
  }, []);
  return null;
}
