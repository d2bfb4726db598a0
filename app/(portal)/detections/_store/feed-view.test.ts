import { describe, expect, it } from "vitest";
import type { FeedItem } from "#lib/triage/list.ts";
import { FeedView } from "./feed-view.ts";

function viewOf(ids: string[], openId: string | null = null) {
  const opened: (string | null)[] = [];
  const items = ids.map((id) => ({ id }) as FeedItem);
  const view = new FeedView({ items: () => items, openId, onOpen: (id) => opened.push(id) });
  return { view, opened };
}

describe("when rows leave the list", () => {
  it.each([
    ["b", ["b"], "c"],
    ["b", ["b", "c"], "d"],
    ["d", ["d"], "c"],
    ["d", ["c", "d"], "b"],
    ["a", ["b"], null],
    ["a", ["a", "b", "c", "d"], null],
  ])("the row after %s, when %j leave, is %s", (currentId, leaving, next) => {
    const { view } = viewOf(["a", "b", "c", "d"]);
    view.focus(currentId);
    expect(view.passOver(new Set(leaving))).toBe(next);
    expect(view.get().currentId).toBe(leaving.includes(currentId) ? next : currentId);
  });

  it("the pane goes on to the next row only if what it shows leaves", () => {
    const { view, opened } = viewOf(["a", "b", "c"], "a");
    view.focus("a");
    view.passOver(new Set(["b"]));
    expect(opened).toEqual([]);
    view.passOver(new Set(["a"]));
    expect(opened).toEqual(["b"]);
  });
});
