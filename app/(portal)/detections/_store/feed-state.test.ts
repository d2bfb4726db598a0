import { describe, expect, it } from "vitest";
import type { FeedItem, FeedPage } from "#lib/triage/list.ts";
import {
  type Change,
  startOf,
  withBack,
  withChanges,
  withFresh,
  withLook,
  withMore,
  withoutFarGone,
  withoutGone,
} from "./feed-state.ts";

const at = (minute: number) => `2026-03-04T10:${String(minute).padStart(2, "0")}:00.000Z`;
const row = (id: string, minute: number, changeSequence: number, more: Partial<FeedItem> = {}) =>
  ({
    id,
    configurationId: "a",
    severity: "high",
    occurredAt: at(minute),
    changeSequence,
    title: `${id} ${changeSequence}`,
    ...more,
  }) as FeedItem;
const page = (items: FeedItem[], more: Partial<FeedPage> = {}) =>
  ({ items, nextCursor: null, changeSequence: 10, configurations: [{ id: "a" }], ...more }) as FeedPage;
const start = () => startOf(page([row("c", 30, 3), row("b", 20, 2), row("a", 10, 1)]), "newest");
const ids = (items: FeedItem[]) => items.map((item) => item.id);
const comes = (item: FeedItem, matches = true): Change => ({ type: "row", item, matches });

describe("a change in the list", () => {
  it("is patched in place, and an older copy never replaces a newer one", () => {
    const once = withChanges(start(), [comes(row("b", 20, 12))]);
    expect(ids(once.items)).toEqual(["c", "b", "a"]);
    expect(once.items[1]?.title).toBe("b 12");
    const again = withChanges(once, [comes(row("b", 20, 11))]);
    expect(again.items).toBe(once.items);
  });

  it("waits when it is new, until the person shows it", () => {
    const waiting = withChanges(start(), [
      comes(row("d", 40, 11)),
      comes(row("e", 25, 12)),
      comes(row("d", 40, 13)),
    ]);
    expect(ids(waiting.items)).toEqual(["c", "b", "a"]);
    expect(ids(waiting.fresh)).toEqual(["d", "e"]);
    expect(waiting.fresh[0]?.title).toBe("d 13");
    const shown = withFresh(waiting);
    expect(ids(shown.items)).toEqual(["d", "c", "e", "b", "a"]);
    expect(shown.fresh).toEqual([]);
  });

  it("stops waiting when it no longer matches or is deleted before it was shown", () => {
    const waiting = withChanges(start(), [comes(row("d", 40, 11)), comes(row("e", 41, 12))]);
    const left = withChanges(waiting, [comes(row("d", 40, 13), false), { type: "deleted", id: "e" }]);
    expect(left.fresh).toEqual([]);
  });

  it("stays and is marked when it no longer matches or is deleted, and is unmarked when it matches again", () => {
    const gone = withChanges(start(), [comes(row("b", 20, 11), false), { type: "deleted", id: "a" }]);
    expect(ids(gone.items)).toEqual(["c", "b", "a"]);
    expect([...gone.gone]).toEqual([
      ["b", "no longer matches"],
      ["a", "deleted"],
    ]);
    expect([...withChanges(gone, [comes(row("b", 20, 12))]).gone.keys()]).toEqual(["a"]);
    expect(ids(withoutGone(gone, new Set(["a"])).items)).toEqual(["c", "a"]);
    expect(ids(withFresh(gone).items)).toEqual(["c"]);
  });

  it("below the loaded rows arrives with its page and not as new", () => {
    const long = startOf(page([row("c", 30, 3), row("b", 20, 2)], { nextCursor: "more" }), "newest");
    const changed = withChanges(long, [comes(row("old", 5, 11)), comes(row("d", 40, 12))]);
    expect(ids(changed.fresh)).toEqual(["d"]);
    const more = withMore(changed, page([row("old", 5, 11)]));
    expect(ids(more.items)).toEqual(["c", "b", "old"]);
  });

  it("keeps the newest counts when a page that was read earlier arrives later", () => {
    const long = startOf(page([row("c", 30, 3)], { nextCursor: "more", changeSequence: 12 }), "newest");
    const more = withMore(long, page([row("b", 20, 2)], { changeSequence: 11 }));
    expect(ids(more.items)).toEqual(["c", "b"]);
    expect(more.page.changeSequence).toBe(12);
  });

  it("keeps the same array when no row changed, so that nothing renders again", () => {
    const before = start();
    const after = withChanges(before, [comes(row("d", 40, 11))]);
    expect(after.items).toBe(before.items);
    expect(after.gone).toBe(before.gone);
  });
});

describe("rows that are gone", () => {
  const everything = { above: 9, below: 9 };
  const closed = () => {
    const list = startOf(
      page(["g", "f", "e", "d", "c", "b", "a"].map((id, index) => row(id, 50 - index, 1))),
      "newest",
    );
    return withChanges(
      list,
      list.items.map((item) => comes({ ...item, changeSequence: 2 }, item.id === "d")),
    );
  };

  it("are removed once the focus is two rows away, except selected and open ones", () => {
    expect(ids(withoutFarGone(closed(), "d", new Set(["a"]), everything).items)).toEqual([
      "e",
      "d",
      "c",
      "a",
    ]);
    expect(ids(withoutFarGone(closed(), "g", new Set(), everything).items)).toEqual(["g", "f", "d"]);
  });

  it("are removed from the list's ends, and only as many as there is room for", () => {
    const some = withoutFarGone(closed(), "d", new Set(), { above: 1, below: 0 });
    expect(ids(some.items)).toEqual(["f", "e", "d", "c", "b", "a"]);
    expect([...some.gone.keys()]).toEqual(["f", "e", "c", "b", "a"]);
  });

  it("leave the array as it is while none is removed", () => {
    const list = closed();
    expect(withoutFarGone(list, "d", new Set(), { above: 0, below: 0 })).toBe(list);
    expect(withoutFarGone(list, "elsewhere", new Set(), everything)).toBe(list);
  });
});

describe("a reread page", () => {
  it("moves no row: rows that it lacks are marked, rows that the list lacks wait", () => {
    const looked = withLook(start(), page([row("d", 40, 11), row("c", 30, 12), row("a", 10, 1)]));
    expect(ids(looked.items)).toEqual(["c", "b", "a"]);
    expect(looked.items[0]?.title).toBe("c 12");
    expect([...looked.gone.keys()]).toEqual(["b"]);
    expect(ids(looked.fresh)).toEqual(["d"]);
  });

  it("doesn't undo stream events that are newer", () => {
    const newer = withChanges(start(), [comes(row("b", 20, 15)), comes(row("e", 50, 16))]);
    const looked = withLook(newer, page([row("c", 30, 3), row("a", 10, 1)]));
    expect([...looked.gone.keys()]).toEqual([]);
    expect(ids(looked.fresh)).toEqual(["e"]);
  });

  it("removes rows that the person may no longer see immediately, and fills an empty list", () => {
    const other = withLook(start(), page([], { configurations: [] }));
    expect(other.items).toEqual([]);
    const filled = withLook(
      startOf(page([]), "newest"),
      page([row("c", 30, 3), row("b", 20, 2)], { nextCursor: "more" }),
    );
    expect([ids(filled.items), filled.nextCursor, filled.fresh]).toEqual([["c", "b"], "more", []]);
  });
});

describe("a row that the person brought back", () => {
  it("is in its place at once, in the list's own order, and others go on waiting", () => {
    const urgent = (id: string, minute: number, severity: "high" | "low") => row(id, minute, 1, { severity });
    const list = startOf(page([urgent("high", 10, "high"), urgent("low", 40, "low")]), "severity");
    const waiting = withChanges(list, [
      comes({ ...urgent("back", 5, "high"), changeSequence: 12 }),
      comes({ ...urgent("new", 50, "high"), changeSequence: 13 }),
    ]);
    expect(ids(waiting.fresh)).toEqual(["back", "new"]);
    const settled = withBack(waiting, new Set(["back", "unknown"]));
    expect([ids(settled.items), ids(settled.fresh)]).toEqual([["high", "back", "low"], ["new"]]);
    expect(withBack(settled, new Set(["unknown"]))).toBe(settled);
  });
});
