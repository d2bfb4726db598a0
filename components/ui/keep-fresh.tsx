"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/**
 * Has the server draw the page again every so often while it is visible; what was typed stays, also while the portal
 * can't be reached.
 */
export function KeepFresh({ everyMs }: { everyMs: number }) {
  const router = useRouter();
  useEffect(() => {
    let isLeft = false;
    const look = async () => {
      // a refresh that doesn't come through leaves the page, with what was typed, for the browser's own error
      if (!document.hidden && (await isAnswering()) && !isLeft) router.refresh();
    };
    const timer = setInterval(() => void look(), everyMs);
    return () => {
      isLeft = true;
      clearInterval(timer);
    };
  }, [everyMs, router]);
  return null;
}

/** Whether the portal answers now; nothing of a proxy that answers in its place. */
async function isAnswering(): Promise<boolean> {
  try {
    return (await fetch("/api/health/live", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
