// @vitest-environment happy-dom
import { AppRouterContext } from "next/dist/shared/lib/app-router-context.shared-runtime.js";
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { KeepFresh } from "./keep-fresh.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("rereads the page while the portal answers, and leaves it alone while nothing or only a proxy does", async () => {
  let answer = async () => new Response();
  vi.stubGlobal("fetch", () => answer());
  let refreshes = 0;
  const router = { refresh: () => void refreshes++ } as never;
  const { again } = await draw(
    <AppRouterContext.Provider value={router}>
      <KeepFresh everyMs={1_000} />
    </AppRouterContext.Provider>,
  );
  const pass = () => act(() => vi.advanceTimersByTimeAsync(1_000));
  await pass();
  expect(refreshes).toBe(1);
  answer = () => Promise.reject(new TypeError("Failed to fetch"));
  await pass();
  answer = async () => new Response("Bad gateway", { status: 502 });
  await pass();
  expect(refreshes).toBe(1);
  answer = async () => new Response();
  await pass();
  expect(refreshes).toBe(2);

  // requested, but unmounted before the answer arrived
  const { promise, resolve } = Promise.withResolvers<Response>();
  answer = () => promise;
  await pass();
  await again(null);
  await act(async () => resolve(new Response()));
  expect(refreshes).toBe(2);
});
