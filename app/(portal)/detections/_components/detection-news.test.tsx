// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { DetectionNews, noveltyOf, type TimelineEntry } from "./detection-news.tsx";

const entry = (id: string, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id,
  at: "2026-03-04T10:00:00.000Z",
  text: `Entry ${id}`,
  by: "Ben",
  where: "Portal",
  note: null,
  isComment: false,
  isOwn: false,
  ...more,
});
const of = (timeline: TimelineEntry[], id = "one") => ({ id, timeline });
const ids = (entries: TimelineEntry[]) => entries.map(({ id }) => id);

it("holds what others added, newest first and three at most, and nothing of the reader's own", () => {
  const first = of([entry("a")]);
  const own = entry("own", { isOwn: true });
  expect(noveltyOf(first, of([own, entry("a")]), [])).toEqual([]);
  expect(ids(noveltyOf(first, of([own, entry("b"), entry("a")]), []))).toEqual(["b"]);
  const later = of(["e", "d", "c", "b", "a"].map((id) => entry(id)));
  expect(ids(noveltyOf(of([entry("b"), entry("a")]), later, [entry("b")]))).toEqual(["e", "d", "c"]);
  expect(noveltyOf(first, of([entry("z")], "two"), [])).toEqual([]);
});

it("waits while a toast covers its place", async () => {
  const notice = (isCovered: boolean) => (
    <DetectionNews
      news={[entry("a")]}
      nowIso="2026-03-04T10:01:00.000Z"
      isCovered={isCovered}
      onClose={() => {}}
    />
  );
  const { place, again } = await draw(notice(true));
  expect(place.querySelector("button")).toBeNull();
  await again(notice(false));
  expect(place.textContent).toContain("Entry a, by Ben in the portal");
});
