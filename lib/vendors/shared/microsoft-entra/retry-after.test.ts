import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { retryAfterIn } from "./retry-after.ts";

describe("Retry-After", () => {
  const now = Date.parse("2026-03-04T05:06:07Z");
  const retryAfterMs = (header: string) =>
    retryAfterIn(429, (name) => (name === "retry-after" ? header : null), now);

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
    ["7s", 7_000],
    ["7 seconds", 7_000],
    ['"7"', 7_000],
    ["00:00:30", 30_000],
    ["01:30:00", 3_600_000],
    ["Wednesday, 04-Mar-26 05:06:37 GMT", 30_000],
    ["Wed Mar  4 05:06:37 2026", 30_000],
    ["2026-03-04T05:06:37Z", 30_000],
    ["2026-03-04T05:06:37.1234567Z", 30_123],
    ["-5", null],
    ["1 day", null],
    ["2026", 2_026_000],
    ["soon", null],
    ["", null],
    ["1e3", null],
  ])("%j is %j ms", (header, ms) => {
    expect(retryAfterMs(header)).toBe(ms);
  });

  it("is between zero and one hour, whatever the header", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.integer().map(String), fc.date({ noInvalidDate: true }).map(String)),
        (header) => {
          const ms = retryAfterMs(header) ?? 0;
          expect(ms).toBeGreaterThanOrEqual(0);
          expect(ms).toBeLessThanOrEqual(3_600_000);
        },
      ),
    );
  });
});

describe("the headers of an answer", () => {
  const now = Date.parse("2026-03-04T05:06:07Z");
  const wait = (status: number, headers: Record<string, string>) =>
    retryAfterIn(status, (name) => headers[name] ?? null, now);

  it.each<[Record<string, string>, number | null]>([
    [{}, null],
    [{ "retry-after": "7" }, 7_000],
    [{ "retry-after-ms": "1500" }, 1_500],
    [{ "x-ms-retry-after-ms": "1500" }, 1_500],
    [{ "x-ms-retry-after": "12" }, 12_000],
    [{ "ratelimit-reset": "9" }, 9_000],
    [{ "x-ratelimit-reset": String(now / 1_000 + 20) }, 20_000],
    [{ "x-ms-user-quota-resets-after": "00:00:05" }, 5_000],
    [{ "retry-after": "7", "x-ms-retry-after-ms": "60000" }, 60_000],
    [{ "retry-after": "soon", "ratelimit-reset": "9" }, 9_000],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after-ms": "99999999999" }, 3_600_000],
  ])("%j ask to wait %j ms", (headers, ms) => {
    for (const status of [429, 503]) expect(wait(status, headers)).toBe(ms);
  });

  it("say when a limit is lifted only where it was reached", () => {
    expect(wait(403, { "ratelimit-reset": "900" })).toBeNull();
    expect(wait(403, { "retry-after": "9" })).toBe(9_000);
  });
});
