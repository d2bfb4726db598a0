// @vitest-environment happy-dom
import { AppRouterContext } from "next/dist/shared/lib/app-router-context.shared-runtime.js";
import { act, useState } from "react";
import { expect, it } from "vitest";
import type { FeedItem, FeedPage } from "#lib/triage/list.ts";
import { draw } from "#test/draw.ts";
import { FeedList } from "./feed-list.tsx";
import { startOf, withChanges } from "./feed-state.ts";
import { useFeedKeys } from "./use-feed-keys.ts";
import { useGone } from "./use-gone.ts";
import { useSelection } from "./use-selection.ts";

const now = "2026-03-04T10:00:00.000Z";
const items = ["a", "b", "c", "d", "e", "f"].map(
  (id) =>
    ({
      id,
      configurationId: "one",
      title: id,
      severity: "high",
      status: "active",
      pendingStatus: null,
      occurredAt: now,
      changeSequence: 1,
      resourceName: id,
      tactics: [],
    }) as unknown as FeedItem,
);
const page = {
  items,
  nextCursor: null,
  changeSequence: 1,
  configurations: [{ id: "one" }],
} as unknown as FeedPage;
const nothing = () => {};

/** The feed's list with its keys; "d" closes the current row, as the server would say it. */
function List({ openId = null }: { openId?: string | null }) {
  const [state, setState] = useState(() => startOf(page));
  const [currentId, setCurrentId] = useState<string | null>(null);
  const selection = useSelection(state.items);
  useGone({ state, setState, keeps: new Set(openId ? [openId] : []) });
  useFeedKeys({
    items: state.items,
    selection,
    currentId,
    openId: null,
    setCurrent: setCurrentId,
    open: nothing,
    openCurrent: nothing,
    status: () =>
      setState((before) =>
        withChanges(
          before,
          before.items
            .filter((item) => item.id === currentId)
            .map((item) => ({ type: "row", item: { ...item, changeSequence: 2 }, matches: false })),
        ),
      ),
    claim: nothing,
    undo: nothing,
    showFresh: nothing,
    showHelp: nothing,
    searchRef: { current: null },
  });
  return (
    <FeedList
      items={state.items}
      gone={state.gone}
      nowIso={now}
      selection={selection}
      canTriage
      openId={openId}
      currentId={currentId}
      onOpen={nothing}
      onFocus={setCurrentId}
    />
  );
}

async function list(openId: string | null = null) {
  const { place } = await draw(
    // of the router, keys use its way to other pages alone
    <AppRouterContext.Provider value={{ push: nothing } as never}>
      <List openId={openId} />
    </AppRouterContext.Provider>,
  );
  const press = async (...keys: string[]) => {
    for (const key of keys)
      await act(async () => {
        document.dispatchEvent(new KeyboardEvent("keydown", { key }));
        // the focus follows a frame later
        await new Promise((resolve) => requestAnimationFrame(resolve));
      });
  };
  const shown = () =>
    [...place.querySelectorAll<HTMLElement>("[data-row]")].map((row) => row.dataset.row).join("");
  const focused = () => (document.activeElement as HTMLElement | null)?.dataset.row;
  return { place, press, shown, focused };
}

it("lets go of a closed row once j or k has moved the focus two rows on", async () => {
  const { press, shown, focused } = await list();
  await press("j", "j", "d", "j");
  expect([shown(), focused()]).toEqual(["abcdef", "c"]);
  await press("j");
  expect([shown(), focused()]).toEqual(["acdef", "d"]);
  await press("j", "j", "d", "k");
  expect([shown(), focused()]).toEqual(["acdef", "e"]);
  await press("k");
  expect([shown(), focused()]).toEqual(["acde", "d"]);
});

it("keeps the one that is open", async () => {
  const { press, shown } = await list("b");
  await press("j", "j", "d", "j", "j", "j");
  expect(shown()).toBe("abcdef");
});
