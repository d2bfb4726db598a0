// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import type { AcknowledgeResult } from "#lib/triage/acknowledge.ts";
import type { OwnerChange } from "./use-owner.ts";
import { acknowledgedSentence } from "./acknowledged-sentence.ts";
import { OwnerToast } from "./owner-toast.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const result = (outcome: "acknowledged" | "already" | "not_found"): AcknowledgeResult =>
  outcome === "acknowledged"
    ? { id: outcome, outcome, by: "Ana", changeId: "c", undoMs: 8_000 }
    : { id: outcome, outcome, by: null };

it.each([
  [3, [result("acknowledged")], "1 acknowledged, 2 were already."],
  [2, [result("acknowledged"), result("already")], "1 acknowledged, 1 was already."],
  [2, [result("acknowledged"), result("not_found")], "1 acknowledged, 1 is no longer here."],
  [2, [], "0 acknowledged, 2 were already."],
  [2, [result("acknowledged"), result("acknowledged")], "2 acknowledged."],
])("counts what came of %i", (count, results, sentence) => {
  expect(acknowledgedSentence(count, results)).toBe(sentence);
});

it("closes by itself while the feed around it keeps rendering, and stays for a new outcome", async () => {
  let closed = 0;
  const change = (text: string): OwnerChange => ({ text, refused: [], done: [], until: 0 });
  const [first, second] = [change("1 acknowledged."), change("2 acknowledged.")];
  const toast = (shown: OwnerChange) => (
    <OwnerToast change={shown} onUndo={() => {}} onDismiss={() => void closed++} />
  );
  const { again } = await draw(toast(first));
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  await again(toast(first));
  await again(toast(second));
  await act(() => vi.advanceTimersByTimeAsync(5_999));
  expect(closed).toBe(0);
  await act(() => vi.advanceTimersByTimeAsync(1));
  expect(closed).toBe(1);
});

it("offers Undo for as long as it is possible, and stays if something was refused", async () => {
  let closed = 0;
  let undone = 0;
  const done = [{ id: "a", changeId: "c" }];
  const toast = (refused: string[]) => (
    <OwnerToast
      change={{ text: "Released.", refused, done, until: Date.now() + 8_000 }}
      onUndo={() => void undone++}
      onDismiss={() => void closed++}
    />
  );
  const { place, again } = await draw(toast([]));
  await act(() => vi.advanceTimersByTimeAsync(7_999));
  expect(closed).toBe(0);
  await act(async () => place.querySelector("button")?.click());
  expect(undone).toBe(1);
  await act(() => vi.advanceTimersByTimeAsync(1));
  expect(closed).toBe(1);
  await again(toast(["“Coin miner”: Ben owns it."]));
  await act(() => vi.advanceTimersByTimeAsync(60_000));
  expect([closed, place.textContent]).toEqual([1, "Released.“Coin miner”: Ben owns it.UndoClose"]);
});
