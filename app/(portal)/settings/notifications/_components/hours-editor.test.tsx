// @vitest-environment happy-dom
import { expect, it, onTestFinished, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { browserZone, HoursEditor } from "./hours-editor.tsx";

const editorIn = async (timeZone: string, now: string) => {
  vi.useFakeTimers({ now: new Date(now), toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const hours = { timeZone, windows: [{ day: 6, from: "14:00", to: "22:00" }] };
  const { place } = await draw(<HoursEditor hours={hours} onChange={() => {}} nowIso={now} />);
  return place.textContent;
};

it("says when the next shift begins, and in which time zone if that isn't the reader's", async () => {
  const elsewhere = browserZone() === "Asia/Tokyo" ? "America/New_York" : "Asia/Tokyo";
  expect(await editorIn(elsewhere, "2026-11-26T12:00:00Z")).toContain(
    `Next shift: Sat 14:00 (${elsewhere}).`,
  );
  expect(await editorIn(browserZone(), "2026-11-26T12:00:00Z")).toContain("Next shift: Sat 14:00.");
});
