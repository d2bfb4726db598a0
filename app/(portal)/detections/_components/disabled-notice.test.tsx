// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { FeedPage } from "#lib/triage/list.ts";
import { draw } from "#test/draw.ts";
import { DisabledNotice } from "./disabled-notice.tsx";
import { onlyView } from "../_store/feed-address.ts";
import { FeedEmpty } from "./feed-empty.tsx";

const configuration = {
  id: "one",
  displayName: "Production",
  readable: true,
  since: "2026-03-04T08:00:00.000Z",
};
const page = (disabled: FeedPage["disabled"], more: object = {}) =>
  ({
    disabled,
    now: "2026-03-04T10:00:00.000Z",
    configurations: [],
    connections: [],
    someHidden: false,
    counts: { view: { all: { total: 0, high: 0 } } },
    ...more,
  }) as unknown as FeedPage;

it("names the disabled configurations and what follows, with a link for admins", async () => {
  const { place, again } = await draw(<DisabledNotice page={page([configuration])} canConfigure />);
  expect(place.textContent).toMatch(/“Production” is disabled/);
  expect(place.textContent).toMatch(/new alerts don't appear, and the status of those here can't be changed/);
  expect(place.textContent?.split("Production")).toHaveLength(2);
  expect(place.textContent).toMatch(/Enable it in Settings\.$/);
  expect(place.querySelector("a")?.getAttribute("href")).toBe("/settings/configurations/one");

  await again(<DisabledNotice page={page([{ ...configuration, readable: false }])} canConfigure={false} />);
  expect(place.textContent).toMatch(/you see none of its alerts.*An admin of your team can enable it/);
  expect(place.querySelector("a")).toBeNull();

  const five = ["a", "b", "c", "d", "e"].map((id) => ({ ...configuration, id, displayName: id }));
  await again(<DisabledNotice page={page(five)} canConfigure />);
  expect(place.textContent).toMatch(/^5 configurations are disabled.*And 2 more\.$/);
  await again(<DisabledNotice page={page([])} canConfigure />);
  expect(place.textContent).toBe("");
});

it("tells a feed whose configurations are disabled from one without any", async () => {
  const empty = (of: FeedPage) => (
    <FeedEmpty page={of} filters={onlyView("all")} vendors={[]} canConfigure onChange={() => {}} />
  );
  const { place, again } = await draw(empty(page([{ ...configuration, readable: false }])));
  expect(place.textContent).toMatch(/No configuration is enabled/);
  await again(
    empty(page([configuration], { configurations: [{ ...configuration, health: { state: "disabled" } }] })),
  );
  expect(place.textContent).toMatch(/New alerts don't appear while every configuration is disabled/);
  await again(empty(page([])));
  expect(place.textContent).toMatch(/Connect your first vendor/);
});
