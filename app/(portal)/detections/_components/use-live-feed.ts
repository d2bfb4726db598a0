"use client";

import { type Dispatch, type SetStateAction, useEffect, useRef } from "react";
import type { FeedItem, FeedPage } from "#lib/triage/list.ts";
import { feedAddress, type Filters } from "./feed-address.ts";
import { matchOf } from "./feed-match.ts";
import { type Change, type FeedState, withChanges, withFresh, withRows } from "./feed-state.ts";
import type { LiveEvent } from "./live-connection.ts";

const countsEveryMs = 3_000;
const idsAtOnce = 50;
const askAfterMs = 400;

type Options = {
  filters: Filters;
  setState: Dispatch<SetStateAction<FeedState>>;
  look: () => Promise<FeedPage | null>;
  ask: () => Promise<unknown>;
  /** rows that something else on the page watches */
  isWatched: (id: string) => boolean;
  take: (items: FeedItem[]) => void;
};

/** Rows that came into an empty list move nothing, so they needn't wait. */
const taken = (state: FeedState, changes: Change[]) => {
  const next = withChanges(state, changes);
  return state.items.length === 0 ? withFresh(next) : next;
};

/** What the stream says, taken into the feed: rows at once, text searches as the server answers, counts now and then. */
export function useLiveFeed(options: Options): (events: LiveEvent[]) => void {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const unsure = useRef(new Map<string, FeedItem>());
  const timers = useRef<{ text?: ReturnType<typeof setTimeout>; counts?: ReturnType<typeof setTimeout> }>({});
  useEffect(() => {
    const held = timers.current;
    return () => {
      clearTimeout(held.text);
      clearTimeout(held.counts);
    };
  }, []);

  /** Which of those that only the server can tell hold the text. */
  async function askAboutText(): Promise<void> {
    delete timers.current.text;
    const { filters, setState } = latest.current;
    const some = [...unsure.current.values()].slice(0, idsAtOnce);
    for (const { id } of some) unsure.current.delete(id);
    try {
      const ids = some.map((item) => item.id).join(",");
      const response = await fetch(`${feedAddress(filters, "/api/feed")}&id=${ids}`, { cache: "no-store" });
      if (!response.ok) throw new Error(String(response.status));
      const page = (await response.json()) as FeedPage;
      // filters that were left meanwhile have begun a list of their own
      if (latest.current.filters !== filters) return;
      const changes = page.items.map((item): Change => {
        const fits = matchOf(filters, item, Date.now()) !== "no";
        return { type: "row", item, matches: fits && page.holding.includes(item.id) };
      });
      setState((before) => taken(before, changes));
    } catch {
      // the portal can't be reached, which the feed says already: asked again with the next turn
      for (const item of some) if (!unsure.current.has(item.id)) unsure.current.set(item.id, item);
    }
    if (unsure.current.size > 0) timers.current.text ??= setTimeout(() => void askAboutText(), countsEveryMs);
  }

  function askForCounts(): void {
    if (document.hidden) return;
    timers.current.counts ??= setTimeout(() => {
      delete timers.current.counts;
      void latest.current.ask();
    }, countsEveryMs);
  }

  return (events) => {
    const { filters, setState, take, isWatched } = latest.current;
    const now = Date.now();
    const rows: FeedItem[] = [];
    const changes = events.flatMap((event): Change[] => {
      if (event.type === "deleted") {
        unsure.current.delete(event.id);
        return [{ type: "deleted", id: event.id }];
      }
      if (event.type !== "row") return [];
      const { item } = event;
      rows.push(item);
      const match = matchOf(filters, item, now);
      if (match !== "ask") return [{ type: "row", item, matches: match === "yes" }];
      unsure.current.set(item.id, item);
      return [];
    });
    if (changes.length > 0 || rows.length > 0) {
      setState((before) => taken(before, changes));
      // a row that is shown is patched at once, whatever the answer about its text will be
      if (unsure.current.size > 0) {
        setState((before) => withRows(before, rows));
        timers.current.text ??= setTimeout(() => void askAboutText(), askAfterMs);
      }
      const watched = rows.filter((row) => isWatched(row.id));
      if (watched.length > 0) take(watched);
      askForCounts();
    }
    if (events.some((event) => event.type === "reset" || event.type === "access")) void latest.current.look();
    if (events.some((event) => event.type === "end")) void latest.current.ask();
  };
}
