"use client";

import { type Dispatch, type SetStateAction, useCallback, useEffect, useRef, useState } from "react";
import { problemOfCall } from "#components/ui/use-action.ts";
import type { FeedItem, FeedPage, FeedSummary } from "#lib/triage/list.ts";
import { refreshNow } from "../actions.ts";
import { type FeedState, withLook, withRows, withSummary } from "./feed-state.ts";

const lookEveryMs = 15_000;
const askEveryMs = 30_000;
const refreshPatienceMs = 20_000;
const rowsAtOnce = 50;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Options = {
  /** the feed's API address with the filters in use */
  address: string;
  state: FeedState;
  setState: Dispatch<SetStateAction<FeedState>>;
  /** rows come by the stream, so that only what stands around them is asked for */
  isLive: boolean;
};

/** Another tab chose another organisation: nothing of it may stand under this one's name. */
export function isOfAnother(
  page: Pick<FeedPage, "organisationId">,
  shown: Pick<FeedPage, "organisationId">,
): boolean {
  if (page.organisationId === shown.organisationId) return false;
  location.assign("/detections");
  return true;
}

const configurationsOf = (page: FeedSummary) => page.configurations.map((one) => one.id).join(" ");

/** Looks at the feed again: by itself where rows don't come by the stream, a few rows, all of it; and Refresh. */
export function useFeedLook({ address, state, setState, isLive }: Options) {
  const [refreshing, setRefreshing] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [looked, setLooked] = useState<ReadonlyMap<string, FeedItem>>(new Map());
  const latest = useRef({ address, page: state.page });
  useEffect(() => {
    latest.current = { address, page: state.page };
  });

  const fetchFeed = useCallback(async <T extends FeedSummary>(from: string): Promise<T | null> => {
    try {
      const response = await fetch(from, { cache: "no-store" });
      if (response.status === 401) {
        setTrouble(
          "Your session has ended. Reload the page to sign in again; what you see stays until then.",
        );
        return null;
      }
      if (!response.ok) throw new Error(String(response.status));
      const page = (await response.json()) as T;
      if (isOfAnother(page, latest.current.page)) return null;
      setTrouble(null);
      return page;
    } catch {
      setTrouble(
        "The portal can't be reached, so this list may be out of date. It is tried again by itself.",
      );
      return null;
    }
  }, []);

  /** The first page as it is now; null when it could not be had. */
  const look = useCallback(async (): Promise<FeedPage | null> => {
    const page = await fetchFeed<FeedPage>(address);
    // an answer to filters that were left meanwhile
    if (!page || latest.current.address !== address) return null;
    setState((before) => withLook(before, page));
    return page;
  }, [address, fetchFeed, setState]);

  /** Counts, health and rights as they are now; all of it when what may be seen is another. */
  const ask = useCallback(async (): Promise<FeedSummary | null> => {
    const summary = await fetchFeed<FeedSummary>("/api/feed/summary");
    if (!summary) return null;
    if (configurationsOf(summary) !== configurationsOf(latest.current.page)) return look();
    setState((before) => withSummary(before, summary));
    return summary;
  }, [fetchFeed, look, setState]);

  useEffect(() => {
    const visibleLook = () => {
      if (!document.hidden) void (isLive ? ask() : look());
    };
    const timer = setInterval(visibleLook, isLive ? askEveryMs : lookEveryMs);
    document.addEventListener("visibilitychange", visibleLook);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", visibleLook);
    };
  }, [ask, look, isLive]);

  /** Newer copies of rows that are watched, wherever they stand in the list. */
  const take = useCallback(
    (items: FeedItem[]) => {
      setLooked((before) => new Map([...before, ...items.map((item) => [item.id, item] as const)]));
      setState((before) => withRows(before, items));
    },
    [setState],
  );

  /** Looks again at a few rows, wherever they stand in the list. */
  async function lookAt(ids: string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += rowsAtOnce) {
      const some = ids.slice(at, at + rowsAtOnce);
      const page = await fetchFeed<FeedPage>(`/api/feed?id=${some.join(",")}`);
      if (page) take(page.items);
    }
  }

  /** Has every configuration read now, and looks until each has answered or patience ends. */
  async function refresh(): Promise<void> {
    setRefreshing(true);
    try {
      const asked = state.page.configurations.filter((one) => one.health.state !== "disabled");
      const pressedAt = Date.parse((await look())?.now ?? state.page.now);
      const answer = await refreshNow(asked.map((one) => one.id));
      if (!answer.ok) return setTrouble(answer.message);
      const until = Date.now() + refreshPatienceMs;
      let waiting = asked.map((one) => one.id);
      while (waiting.length > 0 && Date.now() < until) {
        await pause(1_000);
        const page = await (isLive ? ask() : look());
        const answered = (page?.configurations ?? []).filter(
          (one) => Date.parse(one.lastAttemptAt ?? "") >= pressedAt,
        );
        waiting = waiting.filter((id) => !answered.some((one) => one.id === id));
      }
      const slow = asked.filter((one) => waiting.includes(one.id)).map((one) => one.displayName);
      if (slow.length > 0)
        setTrouble(`${slow.join(", ")} has not answered yet. The list updates by itself when it does.`);
    } catch (error) {
      const unreachable = "The portal can't be reached, so nothing was read. Try again in a moment.";
      setTrouble(problemOfCall(error, unreachable));
    } finally {
      setRefreshing(false);
    }
  }

  return { refresh, refreshing, look, ask, lookAt, looked, take, trouble };
}
