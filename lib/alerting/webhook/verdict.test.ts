import { expect, it } from "vitest";
import { verdictOf } from "./verdict.ts";

const status = (code: number, attempt = 1, retryAfterMs: number | null = null) =>
  verdictOf({ outcome: "answered", status: code, retryAfterMs }, attempt);

it.each([200, 201, 202, 204, 299])("counts %i as delivered", (code) => {
  expect(status(code)).toEqual({ state: "delivered", status: code, problem: null });
});

it.each([408, 429, 500, 502, 503, 504, 599])("retries after %i", (code) => {
  expect(status(code)).toMatchObject({ state: "waiting", dueInMs: 5_000 });
});

it.each([300, 301, 304, 308, 400, 401, 403, 404, 405, 409, 413, 422])(
  "doesn't try again after %i",
  (code) => {
    const verdict = status(code);
    expect(verdict).toMatchObject({ state: "failed", problem: expect.stringContaining(String(code)) });
    expect(verdict.dueInMs).toBeUndefined();
  },
);

it.each(["name", "connection", "certificate", "silence"] as const)(
  "tries again where the trouble is %s",
  (why) => {
    expect(verdictOf({ outcome: "unreachable", why }, 1)).toMatchObject({ state: "waiting", status: null });
  },
);

it("gives up after eight attempts within eight hours", () => {
  const delays = Array.from({ length: 8 }, (_none, index) => status(503, index + 1).dueInMs);
  expect(delays).toEqual([5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 18_000_000, undefined]);
  expect(delays.reduce<number>((sum, one) => sum + (one ?? 0), 0)).toBeLessThan(8 * 3_600_000);
  // an attempt more than there are: a worker died with one
  expect(status(503, 9)).toMatchObject({ state: "failed" });
});

it("waits as long as the receiver asks, but no shorter than documented", () => {
  expect(status(429, 1, 60_000).dueInMs).toBe(60_000);
  expect(status(429, 4, 60_000).dueInMs).toBe(600_000);
});
