// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { FeedPage } from "#lib/triage/list.ts";
import { draw } from "#test/draw.ts";
import { DisabledNotice } from "./disabled-notice.tsx";
import { noFilters } from "../_store/feed-address.ts";
import { FeedEmpty } from "./feed-empty.tsx";

const one = { id: "one", displayName: "Azure Production", readable: true, since: "2026-03-04T08:00:00.000Z" };
const page = (disabled: FeedPage["disabled"], more: object = {}) =>
  ({
    disabled,
    now: "2026-03-04T10:00:00.000Z",
    configurations: [],
    connections: [],
    someHidden: false,
    ...more,
  }) as unknown as FeedPage;

it("says what is disabled and what that means, and to admins where it is enabled", async () => {
  const { place, again } = await draw(<DisabledNotice page={page([one])} canConfigure />);
  expect(place.textContent).toMatch(/“Azure Production” is disabled/);
  expect(place.textContent).toMatch(/new alerts don't appear, and the status of those here can't be changed/);
  expect(place.querySelector("a")?.getAttribute("href")).toBe("/settings/configurations/one");

  await again(<DisabledNotice page={page([{ ...one, readable: false }])} canConfigure={false} />);
  expect(place.textContent).toMatch(/you see none of its alerts.*An admin of your team can enable it/);
  expect(place.querySelector("a")).toBeNull();

  const five = ["a", "b", "c", "d", "e"].map((id) => ({ ...one, id, displayName: id }));
  await again(<DisabledNotice page={page(five)} canConfigure />);
  expect(place.textContent).toMatch(/^5 configurations are disabled.*And 2 more\.$/);
  await again(<DisabledNotice page={page([])} canConfigure />);
  expect(place.textContent).toBe("");
});

it("doesn't take a list that is empty for it for one that nothing is connected to", async () => {
  const empty = (of: FeedPage) => (
    <FeedEmpty page={of} filters={noFilters} vendors={[]} canConfigure onChange={() => {}} />
  );
  const { place, again } = await draw(empty(page([{ ...one, readable: false }])));
  expect(place.textContent).toMatch(/Nothing is read at the moment/);
  await again(empty(page([one], { configurations: [{ ...one, health: { word: "Disabled" } }] })));
  expect(place.textContent).toMatch(/New alerts don't appear while every configuration is disabled/);
  await again(empty(page([])));
  expect(place.textContent).toMatch(/nothing is connected/);
});
