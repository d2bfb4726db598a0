"use client";

import { type Dispatch, type SetStateAction, useState } from "react";
import type { FeedPage } from "#lib/triage/list.ts";
import { type FeedState, withMore } from "./feed-state.ts";
import { isOfAnother } from "./use-feed-look.ts";

type Options = {
  address: string;
  state: FeedState;
  setState: Dispatch<SetStateAction<FeedState>>;
  /** what to tell the person, or null when all went well */
  onSaid: (text: string | null) => void;
};

/** Loads the feed's next page behind what is shown. */
export function useMore({ address, state, setState, onSaid }: Options) {
  const [loading, setLoading] = useState(false);
  const more = async (): Promise<void> => {
    if (!state.nextCursor || loading) return;
    setLoading(true);
    try {
      const join = address.includes("?") ? "&" : "?";
      const response = await fetch(`${address}${join}cursor=${encodeURIComponent(state.nextCursor)}`);
      if (!response.ok) throw new Error(String(response.status));
      const page = (await response.json()) as FeedPage;
      if (isOfAnother(page, state.page)) return;
      // filters that were left meanwhile have begun a list of their own
      setState((before) => (before.nextCursor === state.nextCursor ? withMore(before, page) : before));
      onSaid(null);
    } catch {
      onSaid("The next page could not be loaded. What you see stays as it was; try again.");
    } finally {
      setLoading(false);
    }
  };
  return { more, loadingMore: loading };
}
