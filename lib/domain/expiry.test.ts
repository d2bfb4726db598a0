import { describe, expect, it } from "vitest";
import { expiryOf, newExpiryProblem } from "./expiry.ts";

const now = new Date("2026-11-28T19:00:00Z");

describe("an expiry", () => {
  it.each([
    ["2026-12-29", null, null],
    ["2026-12-28", null, "expires in 30 days"],
    ["2026-11-28", null, "expires today"],
    ["2026-11-27", null, "expired yesterday"],
    ["2026-11-01", null, "expired 27 days ago"],
    // accepted on the day, on the day after, and later
    ["2026-11-01", "2026-11-01T23:59:59Z", "expired 27 days ago"],
    ["2026-11-01", "2026-11-02T23:59:59Z", "expired 27 days ago"],
    ["2026-11-01", "2026-11-03T00:00:00Z", "should have expired 27 days ago"],
  ])("on %s of a secret that was last accepted at %s: %s", (day, acceptedAt, text) => {
    expect(expiryOf(day, now, acceptedAt ? new Date(acceptedAt) : null)?.text ?? null).toBe(text);
  });
});

it.each([
  [null, true],
  ["2026-11-29", true],
  ["2026-11-28", true],
  // it may be today where the person is
  ["2026-11-27", true],
  ["2026-11-26", false],
  ["2025-12-31", false],
])("a new secret may be said to expire on %s: %s", (day, isRight) => {
  expect(newExpiryProblem(day, now) === null).toBe(isRight);
});
