"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Has the server draw the page again every so often while it is visible; what was typed stays. */
export function KeepFresh({ everyMs }: { everyMs: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) router.refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, router]);
  return null;
}
