import type { FeedItem, FeedPage } from "#lib/triage/list.ts";
import { type FeedState, startOf } from "./feed-state.ts";
import type { Live } from "./live-stream.ts";

/** What the feed shows: its list, its freshness and its problems. */
export type Feed = FeedState & {
  live: Live;
  /** why the list may be out of date, or null */
  trouble: string | null;
  /** why the next page could not be loaded, or null */
  moreProblem: string | null;
  isLoadingMore: boolean;
  /** configurations are being polled on request */
  isReading: boolean;
  /** the newest copies of rows that are also shown outside the list */
  watched: ReadonlyMap<string, FeedItem>;
};

/** The feed as the server rendered it. */
export const drawn = (page: FeedPage): Feed => ({
  ...startOf(page),
  live: { state: "waiting", heardAt: 0 },
  trouble: null,
  moreProblem: null,
  isLoadingMore: false,
  isReading: false,
  watched: new Map(),
});

/** Whether rows arrive by the stream, or may do so in a moment. */
export const hasRowsLive = ({ live: { state } }: Feed) => state === "live" || state === "waiting";

/** The newest copy of a detection that is shown or watched. */
export const findIn = ({ items, watched }: Feed, id: string): FeedItem | undefined =>
  items.find((item) => item.id === id) ?? watched.get(id);

/** Rows with a pending change that nothing reports while the stream is down. */
export function pendingIdsOf({ items, watched, live }: Feed): string[] {
  if (live.state === "live") return [];
  const pending = [...items, ...watched.values()].filter((item) => item.pendingStatus);
  return [...new Set(pending.map(({ id }) => id))];
}

/** The watched rows with newer copies put in. */
export function withWatched(watched: Feed["watched"], rows: readonly FeedItem[]): Feed["watched"] {
  const newer = rows.filter((row) => row.changeSequence > (watched.get(row.id)?.changeSequence ?? -1));
  return newer.length === 0 ? watched : new Map([...watched, ...newer.map((row) => [row.id, row] as const)]);
}
