import type { FeedItem, FeedPage, FeedSummary } from "#lib/triage/list.ts";

/** A change of a row: its newer copy and whether it belongs in the list by the filters in use, or its end. */
export type Change = { type: "row"; item: FeedItem; matches: boolean } | { type: "deleted"; id: string };
/** Why a row that is still shown doesn't belong there any more. */
export type Gone = "no longer matches" | "deleted";

/**
 * The list in the browser: rows shown, rows that wait to be shown, rows that are shown though they are gone, and
 * where the next page begins. Nothing but a person's own act moves a row that is shown.
 */
export type FeedState = {
  page: FeedPage;
  items: FeedItem[];
  fresh: FeedItem[];
  gone: ReadonlyMap<string, Gone>;
  nextCursor: string | null;
  /** the last row of what was loaded, also once it has left; null where nothing comes behind it */
  end: FeedItem | null;
};

const newestFirst = (a: FeedItem, b: FeedItem) =>
  b.occurredAt.localeCompare(a.occurredAt) || b.id.localeCompare(a.id);
const idsOf = (items: readonly FeedItem[]) => new Set(items.map((item) => item.id));
const newer = (held: FeedItem, other: FeedItem | undefined) =>
  other && other.changeSequence > held.changeSequence ? other : held;
/** The list with newer copies in their places; the very same list where there are none, so that nothing is drawn again. */
function mapped(items: FeedItem[], byId: ReadonlyMap<string, FeedItem>): FeedItem[] {
  if (!items.some((item) => newer(item, byId.get(item.id)) !== item)) return items;
  return items.map((item) => newer(item, byId.get(item.id)));
}

/** Without the rows of configurations that the person may not see any more. */
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

/** The list as a page begins it. */
export function startOf(page: FeedPage): FeedState {
  return { page, items: page.items, fresh: [], gone: new Map(), ...placeOf(page) };
}

/** Appends the next page. */
export function withMore(state: FeedState, page: FeedPage): FeedState {
  const known = idsOf(state.items);
  const items = [...state.items, ...page.items.filter((item) => !known.has(item.id))];
  const loaded = idsOf(page.items);
  const fresh = state.fresh.filter(({ id }) => !loaded.has(id));
  // a look that was read later may have been answered before
  const newest = page.changeSequence < state.page.changeSequence ? state.page : page;
  return allowed({ ...state, page: newest, items, fresh, ...placeOf(page) });
}

/** Puts newer copies in the place of rows that are shown; none moves. */
export function withRows(state: FeedState, rows: readonly FeedItem[]): FeedState {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { ...state, items: mapped(state.items, byId), fresh: mapped(state.fresh, byId) };
}

/** Takes in counts, health and what the person may see, as they are now. */
export function withSummary(state: FeedState, summary: FeedSummary): FeedState {
  return allowed({ ...state, page: { ...state.page, ...summary } });
}

/**
 * Takes in changes, in order. A row that is shown is patched where it stands, and marked when it is gone. One that isn't
 * waits in `fresh`, unless it belongs below what was loaded: there it comes with its page.
 */
function taken(state: FeedState, changes: readonly Change[]): FeedState {
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
      if (!state.end || newestFirst(item, state.end) <= 0) fresh.set(id, held ? newer(held, item) : item);
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
 * Takes in the first page as it is now, when the list may be wrong. Rows stay where they are: one that the page should
 * have and hasn't is marked, or waits no more, and one that the list hasn't waits. Changes after the page was read have to be taken in again.
 */
export function withLook(state: FeedState, page: FeedPage): FeedState {
  const listed = idsOf(page.items);
  const { end } = placeOf(page);
  const missing = [...state.items, ...state.fresh].filter(
    (item) =>
      !listed.has(item.id) &&
      item.changeSequence <= page.changeSequence &&
      (!end || newestFirst(item, end) < 0),
  );
  const isEmpty = state.items.length === 0;
  const changed = taken({ ...state, page, ...(isEmpty ? placeOf(page) : {}) }, [
    ...missing.map((item): Change => ({ type: "row", item, matches: false })),
    ...page.items.map((item): Change => ({ type: "row", item, matches: true })),
  ]);
  return isEmpty ? withFresh(allowed(changed)) : allowed(changed);
}

/** Takes in changes; into an empty list rows come at once, for there is nothing that could move. */
export function withChanges(state: FeedState, changes: readonly Change[]): FeedState {
  const changed = taken(state, changes);
  return state.items.length === 0 ? withFresh(changed) : changed;
}

/** Brings what waits into the list, and lets go of what is gone but for what `keeps` names. */
export function withFresh(state: FeedState, keeps: ReadonlySet<string> = new Set()): FeedState {
  const known = idsOf(state.items);
  const items = [...state.items, ...state.fresh.filter((item) => !known.has(item.id))];
  return withoutGone({ ...state, items: items.sort(newestFirst), fresh: [] }, keeps);
}

/** Lets go of rows that are gone, but for those that `keeps` names. */
export function withoutGone(state: FeedState, keeps: ReadonlySet<string>): FeedState {
  const leaves = (id: string) => state.gone.has(id) && !keeps.has(id);
  if (![...state.gone.keys()].some(leaves)) return state;
  return {
    ...state,
    items: state.items.filter((item) => !leaves(item.id)),
    gone: new Map([...state.gone].filter(([id]) => !leaves(id))),
  };
}

/** rows on each side of the focused one that stay, so that the one just worked on can still be looked at */
const near = 1;

/**
 * Lets go of rows that are gone and not next to the row in focus, but for what `keeps` names: from the list's ends
 * inwards, as many above and below it as there is `room` for. Nothing happens where that row isn't in the list.
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
