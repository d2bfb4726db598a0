// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { StatusToast } from "./status-toast.tsx";
import type { Batch } from "./use-status-changes.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const batch: Batch = {
  to: "resolved",
  vendors: ["any"],
  sendAt: 0,
  undoMs: 8_000,
  pending: [{ id: "one", changeId: "change" }],
  refused: [],
  verdict: null,
  problem: null,
  undone: false,
};
const confirmed = () => ({ pendingStatus: null, syncState: "confirmed" });

it("closes by itself while the feed around it keeps rendering", async () => {
  let closed = 0;
  // like the feed, it passes other functions at each render
  const toast = () => (
    <StatusToast
      batch={batch}
      provider="Paper"
      find={confirmed}
      onUndo={() => {}}
      onDismiss={() => {
        closed++;
      }}
    />
  );
  const { again } = await draw(toast());
  for (let ms = 0; ms < 5_750; ms += 250) {
    await act(() => vi.advanceTimersByTimeAsync(250));
    await again(toast());
  }
  expect(closed).toBe(0);
  await act(() => vi.advanceTimersByTimeAsync(250));
  expect(closed).toBe(1);
});

it("says how many weren't changed, which and why", async () => {
  const refused = [{ id: "two", title: "Port scan", message: "Its status is Dismissed by now." }];
  const { place } = await draw(
    <StatusToast
      batch={{ ...batch, refused, sendAt: Date.now() + 8_000 }}
      provider="Paper"
      find={() => undefined}
      onUndo={() => {}}
      onDismiss={() => {}}
    />,
  );
  expect(place.textContent).toContain("Resolved: will be sent to Paper in 8 s");
  expect(place.textContent).toContain("1 of 2 not changed:“Port scan”: Its status is Dismissed by now.");
});
