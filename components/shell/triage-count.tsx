"use client";

import { useEffect } from "react";
import { Store } from "../ui/store.ts";
import { useStore } from "../ui/use-store.ts";

/** How many detections need triage, and how many of them are High or of unknown severity. */
export type TriageCount = { total: number; high: number };

/** The newest numbers that a list of this page knows; null while none was open. */
class Known extends Store<{ count: TriageCount | null }> {
  readonly note = (count: TriageCount | null): void => this.change({ count });
}
const known = new Known({ count: null });

/** Passes the list's numbers to the navigation, so that both say the same. */
export function useTriageCount(count: TriageCount): void {
  const { total, high } = count;
  useEffect(() => {
    known.note({ total, high });
    // without an open list, what the server counts is newer
    return () => known.note(null);
  }, [total, high]);
}

/** The number of detections that need triage, beside the link to them. `rendered` is what the server counted. */
export function TriageCountMark({ rendered }: { rendered: TriageCount }) {
  const { total, high } = useStore(known).count ?? rendered;
  if (total === 0) return null;
  const text = total > 999 ? "999+" : String(total);
  return (
    <span className="absolute top-1 left-1/2 ml-2 inline-flex items-center gap-1.5 rounded-full bg-ink px-1.5 text-[0.6875rem]/4 font-semibold text-raised tabular-nums md:static md:ml-auto md:bg-transparent md:px-0 md:text-xs md:font-normal md:text-ink">
      <span aria-hidden="true">{text}</span>
      {high > 0 ? (
        <span aria-hidden="true" className="hidden font-medium text-high md:inline">{`${high} High`}</span>
      ) : null}
      <span className="sr-only">{`, ${total} ${total === 1 ? "needs" : "need"} triage${high > 0 ? `, ${high} High` : ""}`}</span>
    </span>
  );
}
