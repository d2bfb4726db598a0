import { expect, it } from "vitest";
import { backoffMs, jitter, promisedBackoffMs } from "./backoff.ts";

const backoff = { firstMs: 2_000, maxMs: 300_000 };
const middle = () => 0.5;
const latest = () => 1 - Number.EPSILON;

it("waits twice as long after each attempt, up to a limit", () => {
  const waits = [1, 2, 3, 7, 8, 9, 2_000].map((attempt) => backoffMs(backoff, attempt, middle));
  expect(waits).toEqual([2_000, 4_000, 8_000, 128_000, 256_000, 300_000, 300_000]);
});

it("takes what was never tried for a first attempt", () => {
  expect(backoffMs(backoff, 0, middle)).toBe(2_000);
});

it("spreads what failed together by a tenth either way, the longest wait too", () => {
  expect(jitter(1_000, () => 0)).toBe(900);
  expect(jitter(1_000, latest)).toBeCloseTo(1_100);
  expect(backoffMs(backoff, 1, () => 0)).toBe(1_800);
  expect(backoffMs(backoff, 20, latest)).toBeCloseTo(330_000);
});

it("comes no sooner than it was asked to, and no sooner than it would by itself", () => {
  expect(backoffMs(backoff, 1, () => 0, 60_000)).toBe(60_000);
  expect(backoffMs(backoff, 6, middle, 60_000)).toBe(64_000);
});

it("keeps promised waits as they are, and then has none", () => {
  const waits = [1, 2, 3].map((attempt) => promisedBackoffMs([5_000, 30_000], attempt));
  expect(waits).toEqual([5_000, 30_000, null]);
  expect(promisedBackoffMs([5_000, 30_000], 1, 20_000)).toBe(20_000);
  expect(promisedBackoffMs([5_000], 2, 20_000)).toBeNull();
});
