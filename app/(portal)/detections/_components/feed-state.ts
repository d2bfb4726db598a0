import type { FeedItem, FeedPage } from "#lib/services/detections/list.ts";

/** The list in the browser: rows shown, rows that came since, and where the next page begins. */
export type FeedState = { page: FeedPage; items: FeedItem[]; fresh: FeedItem[]; nextCursor: string | null };

const newestFirst = (a: FeedItem, b: FeedItem) =>
  b.occurredAt.localeCompare(a.occurredAt) || b.id.localeCompare(a.id);
const idsOf = (items: FeedItem[]) => new Set(items.map((item) => item.id));

/** What the person may see no more is nothing to them, wherever they are in the list. */
function allowed(state: FeedState): FeedState {
  const seen = new Set(state.page.configurations.map((one) => one.id));
  const of = (items: FeedItem[]) => items.filter((item) => seen.has(item.configurationId));
  return { ...state, items: of(state.items), fresh: of(state.fresh) };
}

export function startOf(page: FeedPage): FeedState {
  return { page, items: page.items, fresh: [], nextCursor: page.nextCursor };
}

/** Appends the next page. */
export function withMore(state: FeedState, page: FeedPage): FeedState {
  const known = idsOf(state.items);
  const items = [...state.items, ...page.items.filter((item) => !known.has(item.id))];
  return allowed({ ...state, page, items, nextCursor: page.nextCursor });
}

/** Puts newer copies in the place of rows that are shown; none moves. */
export function withRows(state: FeedState, rows: FeedItem[]): FeedState {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { ...state, items: state.items.map((item) => byId.get(item.id) ?? item) };
}

/**
 * Takes in the first page as it is now. `still`: nothing is under the analyst's hands, so the list may
 * change; otherwise rows stay where they are and what came since waits in `fresh`.
 */
export function withLook(state: FeedState, page: FeedPage, still: boolean): FeedState {
  const updated = { ...withRows(state, page.items), page };
  const known = idsOf(updated.items);
  const came = page.items.filter((item) => !known.has(item.id));
  if (!still) return allowed({ ...updated, fresh: came });
  const last = page.items.at(-1);
  const seen = idsOf(page.items);
  // beyond the page's window the rows loaded earlier stay; inside it the page decides
  const beyond =
    page.nextCursor && last
      ? updated.items.filter((item) => !seen.has(item.id) && newestFirst(last, item) < 0)
      : [];
  const nextCursor = beyond.length > 0 ? state.nextCursor : page.nextCursor;
  return allowed({ page, items: [...page.items, ...beyond], fresh: [], nextCursor });
}

/** Brings what came since into the list. */
export function withFresh(state: FeedState): FeedState {
  const known = idsOf(state.items);
  const items = [...state.items, ...state.fresh.filter((item) => !known.has(item.id))];
  return { ...state, items: items.sort(newestFirst), fresh: [] };
}
