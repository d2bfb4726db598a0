"use client";

import { useRouter } from "next/navigation";
import { useCallback, useOptimistic, useTransition } from "react";
import { feedAddress, type Filters } from "../_store/feed-address.ts";

/** The chosen filters, which the page's address contains. A new choice becomes visible before its list is loaded. */
export function useFilters(inUse: Filters) {
  const router = useRouter();
  const [isLoading, startTransition] = useTransition();
  const [filters, show] = useOptimistic(inUse);
  const change = useCallback(
    (next: Filters, how: "push" | "replace" = "push") =>
      startTransition(() => {
        show(next);
        router[how](feedAddress(next), { scroll: false });
      }),
    [router, show],
  );
  return { filters, change, isLoading };
}
