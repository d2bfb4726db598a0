import type { FeedItem, FeedPage } from "#lib/triage/list.ts";
import { type FeedState, startOf } from "./feed-state.ts";
import type { Live } from "./live-stream.ts";

/** What the feed shows: its list, how fresh it is, and what is wrong. */
export type Feed = FeedState & {
  live: Live;
  /** why the list may be out of date, or null */
  trouble: string | null;
  /** why the next page isn't there, or null */
  moreProblem: string | null;
  isLoadingMore: boolean;
  /** configurations are being read because somebody asked for it */
  isReading: boolean;
  /** the newest copies of rows that something else than the list shows too */
  watched: ReadonlyMap<string, FeedItem>;
};

/** The feed as the server drew it. */
export const drawn = (page: FeedPage): Feed => ({
  ...startOf(page),
  live: { state: "waiting", heardAt: 0 },
  trouble: null,
  moreProblem: null,
  isLoadingMore: false,
  isReading: false,
  watched: new Map(),
});

/** Whether rows come by the stream, or may do in a moment. */
export const hasRowsLive = ({ live: { state } }: Feed) => state === "live" || state === "waiting";

/** The newest copy of a detection that is shown or watched. */
export const findIn = ({ items, watched }: Feed, id: string): FeedItem | undefined =>
  items.find((item) => item.id === id) ?? watched.get(id);

/** Rows whose change is on its way, which only the stream would tell of. */
export function pendingIdsOf({ items, watched, live }: Feed): string[] {
  if (live.state === "live") return [];
  const pending = [...items, ...watched.values()].filter((item) => item.pendingStatus);
  return [...new Set(pending.map(({ id }) => id))];
}

/** Newer copies of watched rows. */
export function withWatched(watched: Feed["watched"], rows: readonly FeedItem[]): Feed["watched"] {
  const newer = rows.filter((row) => row.changeSequence > (watched.get(row.id)?.changeSequence ?? -1));
  return newer.length === 0 ? watched : new Map([...watched, ...newer.map((row) => [row.id, row] as const)]);
}
