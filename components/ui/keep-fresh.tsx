"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Rereads the page every `everyMs` while the page is visible. The person's typed text stays. */
export function KeepFresh({ everyMs }: { everyMs: number }) {
  const router = useRouter();
  useEffect(() => {
    let isLeft = false;
    const look = async () => {
      // a failed refresh would replace the page and its typed text with the browser's error page
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

/** Whether the portal itself answers, rather than a proxy in front of it. */
async function isAnswering(): Promise<boolean> {
  try {
    return (await fetch("/api/health/live", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
