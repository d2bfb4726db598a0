// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { AcknowledgedToast, acknowledgedSentence } from "./acknowledged-toast.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const result = (outcome: "acknowledged" | "already" | "not_found") => ({ id: outcome, outcome, by: null });

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
  const toast = (text: string) => <AcknowledgedToast text={text} onDismiss={() => void closed++} />;
  const { again } = await draw(toast("1 acknowledged."));
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  await again(toast("1 acknowledged."));
  await again(toast("2 acknowledged."));
  await act(() => vi.advanceTimersByTimeAsync(5_999));
  expect(closed).toBe(0);
  await act(() => vi.advanceTimersByTimeAsync(1));
  expect(closed).toBe(1);
});
