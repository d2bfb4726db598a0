import type { DetectionOrder } from "#lib/domain/detection-query.ts";
import type { FeedItem, FeedPage } from "#lib/triage/list.ts";
import { type FeedState, startOf } from "./feed-state.ts";
import type { Live } from "./live-stream.ts";

/** The state of the feed: the list, when the list was last updated, and any problems. */
export type Feed = FeedState & {
  live: Live;
  /** why the list may be out of date; null if there is no such problem */
  trouble: string | null;
  /** why the next page couldn't be loaded; null if there is no such problem */
  moreProblem: string | null;
  isLoadingMore: boolean;
  /** whether configurations are being polled on the person's request */
  isReading: boolean;
  /** the newest version of each detection that is visible outside the list, such as in the pane */
  watched: ReadonlyMap<string, FeedItem>;
};

/** Returns the feed's first state, made from the page that the server rendered. */
export const drawn = (page: FeedPage, order: DetectionOrder): Feed => ({
  ...startOf(page, order),
  live: { state: "waiting", heardAt: 0 },
  trouble: null,
  moreProblem: null,
  isLoadingMore: false,
  isReading: false,
  watched: new Map(),
});

/** Whether the stream delivers rows or is about to. */
export const hasRowsLive = ({ live: { state } }: Feed) => state === "live" || state === "waiting";

/** The newest known version of a detection that is in the list or visible outside it. */
export const findIn = ({ items, watched }: Feed, id: string): FeedItem | undefined =>
  items.find((item) => item.id === id) ?? watched.get(id);

/** The ids of rows with a pending status change, or none while the stream is live and reports such changes itself. */
export function pendingIdsOf({ items, watched, live }: Feed): string[] {
  if (live.state === "live") return [];
  const pending = [...items, ...watched.values()].filter((item) => item.pendingStatus);
  return [...new Set(pending.map(({ id }) => id))];
}

/** Returns `watched` with `rows` added. Of two versions of a row, keeps the newer one. */
export function withWatched(watched: Feed["watched"], rows: readonly FeedItem[]): Feed["watched"] {
  const newer = rows.filter((row) => row.changeSequence > (watched.get(row.id)?.changeSequence ?? -1));
  return newer.length === 0 ? watched : new Map([...watched, ...newer.map((row) => [row.id, row] as const)]);
}

/** The highest change number that the feed has seen. */
export const newestIn = ({ page, items, fresh, watched }: Feed): number =>
  [...items, ...fresh, ...watched.values()].reduce(
    (newest, { changeSequence }) => Math.max(newest, changeSequence),
    page.changeSequence,
  );

/**
 * Returns the feed with every row counting as older than any other version of it. A database that was restored from a backup
 * has lost changes that the feed has seen, and gives their numbers again.
 */
export function withoutVersions(feed: Feed): Feed {
  const oldest = (item: FeedItem): FeedItem => ({ ...item, changeSequence: 0 });
  return {
    ...feed,
    items: feed.items.map(oldest),
    fresh: feed.fresh.map(oldest),
    watched: new Map([...feed.watched].map(([id, item]) => [id, oldest(item)])),
  };
}
