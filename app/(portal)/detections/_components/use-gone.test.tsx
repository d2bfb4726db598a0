// @vitest-environment happy-dom
import { AppRouterContext } from "next/dist/shared/lib/app-router-context.shared-runtime.js";
import { act, useState } from "react";
import { beforeAll, expect, it, vi } from "vitest";
import type { FeedItem, FeedPage } from "#lib/triage/list.ts";
import { useStore } from "#components/ui/use-store.ts";
import { draw } from "#test/draw.ts";
import { noFilters } from "../_store/feed-address.ts";
import { withChanges } from "../_store/feed-state.ts";
import { FeedStore } from "../_store/feed-store.ts";
import { FeedView } from "../_store/feed-view.ts";
import { FeedList } from "./feed-list.tsx";
import { useFeedKeys } from "./use-feed-keys.ts";
import { useGone } from "./use-gone.ts";
import type { Triage } from "./use-triage.ts";

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

// half a second passes before each key, because a key that decides isn't taken on another row sooner
let clock = 0;
beforeAll(() => void vi.spyOn(performance, "now").mockImplementation(() => clock));

function openList() {
  const store = new FeedStore({ first: page, filters: noFilters, liveName: "", openLive: null });
  const view = new FeedView({ items: () => store.get().items, openId: null, onOpen: nothing });
  return { store, view };
}

/**
 * The feed's list with its keyboard shortcuts. The key "d" marks the current row as gone, as an answer of the server would.
 */
function List() {
  const [{ store, view }] = useState(openList);
  const feed = useStore(store);
  const look = useStore(view);
  useGone(store, view);
  const closes: Pick<Triage, "ask"> = {
    ask: () =>
      store.apply((state) =>
        withChanges(
          state,
          state.items
            .filter(({ id }) => id === look.currentId)
            .map((item) => ({ type: "row", item: { ...item, changeSequence: 2 }, matches: false })),
        ),
      ),
  };
  useFeedKeys({ view, triage: closes as Triage, showFresh: nothing });
  return <FeedList feed={feed} view={view} look={look} selected={new Set()} canTriage onOpen={nothing} />;
}

async function list() {
  const { place } = await draw(
    // the keys only use the router's push
    <AppRouterContext.Provider value={{ push: nothing } as never}>
      <List />
    </AppRouterContext.Provider>,
  );
  const press = async (...keys: string[]) => {
    for (const key of keys)
      await act(async () => {
        clock += 500;
        document.dispatchEvent(new KeyboardEvent("keydown", { key }));
        // the focus moves a frame later
        await new Promise((resolve) => requestAnimationFrame(resolve));
      });
  };
  const shown = () =>
    [...place.querySelectorAll<HTMLElement>("[data-row]")].map((row) => row.dataset.row).join("");
  const focused = () => (document.activeElement as HTMLElement | null)?.dataset.row;
  return { place, press, shown, focused };
}

it("removes a closed row once j or k has moved the focus two rows further", async () => {
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

it("keeps a closed row that is selected", async () => {
  const { press, shown } = await list();
  await press("j", "j", "x", "d", "j", "j", "j");
  expect(shown()).toBe("abcdef");
});
