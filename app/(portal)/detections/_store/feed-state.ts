import type { DetectionOrder } from "#lib/domain/detection-query.ts";
import { severityRank } from "#lib/domain/severity.ts";
import type { FeedItem, FeedPage, FeedSummary } from "#lib/triage/list.ts";

/**
 * A change of a row in the list: the row's newer version, or the row's deletion. `matches`: whether the newer version
 * matches the filters.
 */
export type Change = { type: "row"; item: FeedItem; matches: boolean } | { type: "deleted"; id: string };
/** Why a row that is still visible no longer belongs in the list. */
export type Gone = "no longer matches" | "deleted";

/**
 * The list in the browser. `items` are its rows. `fresh` are new rows that wait until the person asks for them. `gone` says
 * which rows of `items` no longer belong in the list, and why. A visible row moves only when the person acts.
 */
export type FeedState = {
  page: FeedPage;
  order: DetectionOrder;
  items: FeedItem[];
  fresh: FeedItem[];
  gone: ReadonlyMap<string, Gone>;
  nextCursor: string | null;
  /** the last row of the loaded pages; stays the same when that row leaves the list; null if no page follows */
  end: FeedItem | null;
};

const newestFirst = (a: FeedItem, b: FeedItem) =>
  b.occurredAt.localeCompare(a.occurredAt) || b.id.localeCompare(a.id);
const comparators: Record<DetectionOrder, (a: FeedItem, b: FeedItem) => number> = {
  newest: newestFirst,
  severity: (a, b) => severityRank[b.severity] - severityRank[a.severity] || newestFirst(a, b),
};
const idsOf = (items: readonly FeedItem[]) => new Set(items.map((item) => item.id));
const newer = (held: FeedItem, other: FeedItem | undefined) =>
  other && other.changeSequence > held.changeSequence ? other : held;
/**
 * Replaces rows with their newer versions in `byId`. Returns the same array if no version is newer, so that React renders
 * nothing again.
 */
function mapped(items: FeedItem[], byId: ReadonlyMap<string, FeedItem>): FeedItem[] {
  if (!items.some((item) => newer(item, byId.get(item.id)) !== item)) return items;
  return items.map((item) => newer(item, byId.get(item.id)));
}

/** Removes the rows of configurations that the person must no longer see. */
function allowed(state: FeedState): FeedState {
  const visible = new Set(state.page.configurations.map(({ id }) => id));
  const visibleOf = (items: FeedItem[]) =>
    items.every((item) => visible.has(item.configurationId))
      ? items
      : items.filter((item) => visible.has(item.configurationId));
  return { ...state, items: visibleOf(state.items), fresh: visibleOf(state.fresh) };
}

const placeOf = ({ nextCursor, items }: FeedPage) => ({
  nextCursor,
  end: nextCursor ? (items.at(-1) ?? null) : null,
});

/** The list's state after the first page was loaded. */
export function startOf(page: FeedPage, order: DetectionOrder): FeedState {
  return { page, order, items: page.items, fresh: [], gone: new Map(), ...placeOf(page) };
}

/** Appends the next page to the list. */
export function withMore(state: FeedState, page: FeedPage): FeedState {
  const known = idsOf(state.items);
  const items = [...state.items, ...page.items.filter((item) => !known.has(item.id))];
  const loaded = idsOf(page.items);
  const fresh = state.fresh.filter(({ id }) => !loaded.has(id));
  // a later reading may have been answered earlier
  const newest = page.changeSequence < state.page.changeSequence ? state.page : page;
  return allowed({ ...state, page: newest, items, fresh, ...placeOf(page) });
}

/** Replaces rows of the list with newer versions. No row moves. */
export function withRows(state: FeedState, rows: readonly FeedItem[]): FeedState {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { ...state, items: mapped(state.items, byId), fresh: mapped(state.fresh, byId) };
}

/** Applies new counts, health and visible configurations to the list's state. */
export function withSummary(state: FeedState, summary: FeedSummary): FeedState {
  return allowed({ ...state, page: { ...state.page, ...summary } });
}

/**
 * Applies changes in order. A visible row is replaced without moving, and marked in `gone` if it no longer belongs in the
 * list. A new row waits in `fresh`. A new row below the loaded rows is dropped, because the next pages will contain it.
 */
function taken(state: FeedState, changes: readonly Change[]): FeedState {
  const compare = comparators[state.order];
  const shown = idsOf(state.items);
  const copies = new Map<string, FeedItem>();
  const fresh = new Map(state.fresh.map((item) => [item.id, item]));
  const gone = new Map(state.gone);
  for (const change of changes) {
    const id = change.type === "row" ? change.item.id : change.id;
    if (shown.has(id)) {
      if (change.type === "deleted") gone.set(id, "deleted");
      else if (change.matches) gone.delete(id);
      else gone.set(id, "no longer matches");
      if (change.type === "row") copies.set(id, change.item);
    } else if (change.type === "row" && change.matches) {
      const { item } = change;
      const held = fresh.get(id);
      if (!state.end || compare(item, state.end) <= 0) fresh.set(id, held ? newer(held, item) : item);
    } else fresh.delete(id);
  }
  const same = gone.size === state.gone.size && [...gone].every(([id, why]) => state.gone.get(id) === why);
  return {
    ...state,
    items: mapped(state.items, copies),
    fresh: [...fresh.values()],
    gone: same ? state.gone : gone,
  };
}

/**
 * Applies a newly read first page when the list may be wrong. No row moves: visible rows that `page` lacks are marked in
 * `gone`, and rows that only `page` has wait in `fresh`. The caller must then apply the changes newer than `page` again.
 */
export function withLook(state: FeedState, page: FeedPage): FeedState {
  const listed = idsOf(page.items);
  const { end } = placeOf(page);
  const missing = [...state.items, ...state.fresh].filter(
    (item) =>
      !listed.has(item.id) &&
      item.changeSequence <= page.changeSequence &&
      (!end || comparators[state.order](item, end) < 0),
  );
  const isEmpty = state.items.length === 0;
  const changed = taken({ ...state, page, ...(isEmpty ? placeOf(page) : {}) }, [
    ...missing.map((item): Change => ({ type: "row", item, matches: false })),
    ...page.items.map((item): Change => ({ type: "row", item, matches: true })),
  ]);
  return isEmpty ? withFresh(allowed(changed)) : allowed(changed);
}

/** Applies changes to the list. If the list is empty, new rows become visible immediately, because no visible row can move. */
export function withChanges(state: FeedState, changes: readonly Change[]): FeedState {
  const changed = taken(state, changes);
  return state.items.length === 0 ? withFresh(changed) : changed;
}

/** Adds the waiting rows to the list, and removes the rows in `gone` except those in `keeps`. */
export function withFresh(state: FeedState, keeps: ReadonlySet<string> = new Set()): FeedState {
  const known = idsOf(state.items);
  const items = [...state.items, ...state.fresh.filter((item) => !known.has(item.id))];
  return withoutGone({ ...state, items: items.sort(comparators[state.order]), fresh: [] }, keeps);
}

/** Removes the rows in `gone` except those in `keeps`. */
export function withoutGone(state: FeedState, keeps: ReadonlySet<string>): FeedState {
  const leaves = (id: string) => state.gone.has(id) && !keeps.has(id);
  if (![...state.gone.keys()].some(leaves)) return state;
  return {
    ...state,
    items: state.items.filter((item) => !leaves(item.id)),
    gone: new Map([...state.gone].filter(([id]) => !leaves(id))),
  };
}

/** Puts those of the waiting rows with these ids in their places, because the person brought them back. */
export function withBack(state: FeedState, ids: ReadonlySet<string>): FeedState {
  const back = state.fresh.filter(({ id }) => ids.has(id));
  if (back.length === 0) return state;
  return {
    ...state,
    items: [...state.items, ...back].sort(comparators[state.order]),
    fresh: state.fresh.filter(({ id }) => !ids.has(id)),
  };
}

/** the number of rows that stay on each side of the focused row */
const near = 1;

/**
 * Removes the rows in `gone` except those in `keeps` and those next to the focused row. Starts at the list's ends and removes
 * as many rows above and below as `room` allows. Does nothing if the focused row isn't in the list.
 */
export function withoutFarGone(
  state: FeedState,
  focusedId: string,
  keeps: ReadonlySet<string>,
  room: { above: number; below: number },
): FeedState {
  const at = state.items.findIndex((item) => item.id === focusedId);
  if (state.gone.size === 0 || at < 0) return state;
  const leaving = (items: FeedItem[], limit: number) =>
    items.filter(({ id }) => state.gone.has(id) && !keeps.has(id)).slice(0, limit);
  const leaves = idsOf([
    ...leaving(state.items.slice(0, Math.max(0, at - near)), room.above),
    ...leaving(state.items.slice(at + near + 1).reverse(), room.below),
  ]);
  return withoutGone(state, new Set([...state.gone.keys()].filter((id) => !leaves.has(id))));
}
