import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

describe("Retry-After", () => {
  const now = Date.parse("2026-03-04T05:06:07Z");

  it.each([
    ["10", 10_000],
    [" 7 ", 7_000],
    ["0", 0],
    ["86400", 3_600_000],
    ["9".repeat(400), 3_600_000],
    ["Wed, 04 Mar 2026 05:06:37 GMT", 30_000],
    ["Wed, 04 Mar 2026 05:00:00 GMT", 0],
    ["Thu, 05 Mar 2026 05:06:07 GMT", 3_600_000],
    ["1.5", 1_500],
    ["30, 60", 60_000],
    ["-5", null],
    ["1 day", null],
    ["2026", 2_026_000],
    ["soon", null],
    ["", null],
    ["1e3", null],
  ])("%j is %j ms", (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  it("is between zero and one hour, whatever the header", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.integer().map(String), fc.date({ noInvalidDate: true }).map(String)),
        (header) => {
          const ms = retryAfterMs(header, now) ?? 0;
          expect(ms).toBeGreaterThanOrEqual(0);
          expect(ms).toBeLessThanOrEqual(3_600_000);
        },
      ),
    );
  });
});
