"use client";

import { type Dispatch, type SetStateAction, useCallback, useEffect, useRef, useState } from "react";
import type { FeedItem, FeedPage } from "#lib/services/detections/list.ts";
import { refreshNow } from "../actions.ts";
import { type FeedState, withLook, withRows } from "./feed-state.ts";

const lookEveryMs = 15_000;
const refreshPatienceMs = 20_000;
const rowsAtOnce = 50;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Options = {
  /** the feed's API address with the filters in use */
  address: string;
  state: FeedState;
  setState: Dispatch<SetStateAction<FeedState>>;
  /** whether rows must stay where they are */
  isBusy: () => boolean;
};

/** Another tab chose another organisation: nothing of it may stand under this one's name. */
export function isOfAnother(page: FeedPage, shown: FeedPage): boolean {
  if (page.organisationId === shown.organisationId) return false;
  location.assign("/detections");
  return true;
}

/** Keeps an open, visible feed up to date without moving what the analyst looks at; and Refresh. */
export function useFeedLook({ address, state, setState, isBusy }: Options) {
  const [refreshing, setRefreshing] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [looked, setLooked] = useState<ReadonlyMap<string, FeedItem>>(new Map());
  const latest = useRef({ isBusy, address, page: state.page });
  useEffect(() => {
    latest.current = { isBusy, address, page: state.page };
  });

  /** The first page as it is now; null when it could not be had. */
  const look = useCallback(async (): Promise<FeedPage | null> => {
    try {
      const response = await fetch(address, { cache: "no-store" });
      if (response.status === 401) {
        setTrouble(
          "Your session has ended. Reload the page to sign in again; what you see stays until then.",
        );
        return null;
      }
      if (!response.ok) throw new Error(String(response.status));
      const page = (await response.json()) as FeedPage;
      // an answer to filters that were left meanwhile
      if (latest.current.address !== address || isOfAnother(page, latest.current.page)) return null;
      const still = !latest.current.isBusy();
      setState((before) => withLook(before, page, still));
      setTrouble(null);
      return page;
    } catch {
      setTrouble(
        "The portal can't be reached, so this list may be out of date. It is tried again by itself.",
      );
      return null;
    }
  }, [address, setState]);

  useEffect(() => {
    const visibleLook = () => {
      if (!document.hidden) void look();
    };
    const timer = setInterval(visibleLook, lookEveryMs);
    document.addEventListener("visibilitychange", visibleLook);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", visibleLook);
    };
  }, [look]);

  /** Looks again at a few rows, wherever they stand in the list. */
  async function lookAt(ids: string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += rowsAtOnce) await lookAtSome(ids.slice(at, at + rowsAtOnce));
  }

  async function lookAtSome(ids: string[]): Promise<void> {
    try {
      const response = await fetch(`/api/feed?id=${ids.join(",")}`, { cache: "no-store" });
      if (!response.ok) return;
      const page = (await response.json()) as FeedPage;
      if (isOfAnother(page, latest.current.page)) return;
      const { items } = page;
      setLooked((before) => new Map([...before, ...items.map((item) => [item.id, item] as const)]));
      setState((before) => withRows(before, items));
    } catch {
      // the next look comes in seconds and says so when the portal can't be reached
    }
  }

  /** Has every configuration read now, and looks until each has answered or patience ends. */
  async function refresh(): Promise<void> {
    setRefreshing(true);
    try {
      const asked = state.page.configurations.filter((one) => one.health.word !== "Disabled");
      const pressedAt = Date.parse((await look())?.now ?? state.page.now);
      const answer = await refreshNow(asked.map((one) => one.id));
      if (!answer.ok) return setTrouble(answer.message);
      const until = Date.now() + refreshPatienceMs;
      let waiting = asked.map((one) => one.id);
      while (waiting.length > 0 && Date.now() < until) {
        await pause(1_000);
        const page = await look();
        const answered = (page?.configurations ?? []).filter(
          (one) => Date.parse(one.lastAttemptAt ?? "") >= pressedAt,
        );
        waiting = waiting.filter((id) => !answered.some((one) => one.id === id));
      }
      const slow = asked.filter((one) => waiting.includes(one.id)).map((one) => one.displayName);
      if (slow.length > 0)
        setTrouble(`${slow.join(", ")} has not answered yet. The list updates by itself when it does.`);
    } catch {
      setTrouble("The portal can't be reached, so nothing was read. Try again in a moment.");
    } finally {
      setRefreshing(false);
    }
  }

  return { refresh, refreshing, lookAt, looked, trouble };
}
