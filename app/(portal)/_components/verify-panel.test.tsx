// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { FailedNotice } from "./verify-panel.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("retries every 30 seconds, even while somebody types in the form around it", async () => {
  let tries = 0;
  // like a form, it passes another function at each render
  const notice = (busy = false) => (
    <FailedNotice
      title="Nothing was saved"
      message="The vendor refused."
      reference=""
      provider="the vendor"
      maybeDelay
      busy={busy}
      onRetry={() => {
        tries++;
      }}
    />
  );
  const { place, again } = await draw(notice());
  const pass = async (seconds: number, busy = false) => {
    for (let half = 0; half < seconds * 2; half++) {
      await again(notice(busy));
      await act(() => vi.advanceTimersByTimeAsync(500));
    }
  };
  await act(async () => place.querySelector("button")?.click());
  expect(tries).toBe(1);
  await pass(30);
  expect(tries).toBe(2);
  // a retry that is running is waited for
  await pass(60, true);
  expect(tries).toBe(2);
  await pass(30);
  expect(tries).toBe(3);
});
