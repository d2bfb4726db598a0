"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { canReread } from "./page-state.ts";

/** Rereads the page every `everyMs` while the page is visible. The person's typed text stays. */
export function KeepFresh({ everyMs }: { everyMs: number }) {
  const router = useRouter();
  useEffect(() => {
    let isLeft = false;
    const look = async () => {
      if (!document.hidden && (await canReread()) && !isLeft) router.refresh();
    };
    const timer = setInterval(() => void look(), everyMs);
    return () => {
      isLeft = true;
      clearInterval(timer);
    };
  }, [everyMs, router]);
  return null;
}
