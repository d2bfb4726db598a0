import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Hours, isOnCall, isTimeZone, nextStart, quarterMs, type Window } from "./on-call-hours.ts";

/** Four time zones. Their clock changes of 2026 (IANA) cover changes forward and back, and one by half an hour. */
const zones = ["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"];
const quarters = fc.integer({ min: 0, max: 95 }).map((quarter) => {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
});
const window: fc.Arbitrary<Window> = fc.record({
  day: fc.integer({ min: 0, max: 6 }),
  from: quarters,
  to: quarters,
});
const hours: fc.Arbitrary<Hours> = fc.record({
  timeZone: fc.constantFrom(...zones),
  windows: fc.array(window, { minLength: 1, maxLength: 5 }),
});
const instant = fc
  .integer({ min: Date.parse("2026-01-01T00:00:00Z"), max: Date.parse("2026-12-31T00:00:00Z") })
  .map((ms) => new Date(ms));
const nights: Hours = { timeZone: "Europe/Vienna", windows: [{ day: 6, from: "22:00", to: "06:00" }] };
const on = (iso: string, of: Hours = nights) => isOnCall(of, new Date(iso));

describe("on-call hours", () => {
  it("run over midnight into the next day", () => {
    expect(
      ["2026-06-06T19:59:00Z", "2026-06-06T20:00:00Z", "2026-06-07T03:59:59Z", "2026-06-07T04:00:00Z"].map(
        (iso) => on(iso),
      ),
    ).toEqual([false, true, true, false]);
    // the week ends in the night from Saturday to Sunday
    expect(on("2026-06-06T01:00:00Z")).toBe(false);
  });

  it("follow the clocks when they go forward and back", () => {
    // 29 March 2026, 02:00 to 03:00 is left out in Vienna: the night is an hour shorter
    expect(
      ["2026-03-28T20:59:59Z", "2026-03-28T21:00:00Z", "2026-03-29T03:59:59Z", "2026-03-29T04:00:00Z"].map(
        (iso) => on(iso),
      ),
    ).toEqual([false, true, true, false]);
    // 25 October 2026, 02:00 to 03:00 comes twice: an hour longer
    expect(
      ["2026-10-24T20:00:00Z", "2026-10-25T04:59:59Z", "2026-10-25T05:00:00Z"].map((iso) => on(iso)),
    ).toEqual([true, true, false]);
    const twice: Hours = { timeZone: "Europe/Vienna", windows: [{ day: 0, from: "02:00", to: "03:00" }] };
    expect(
      ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-03-29T01:00:00Z"].map((iso) => on(iso, twice)),
    ).toEqual([true, true, false]);
    // left out this week, it begins in the next
    expect(nextStart(twice, new Date("2026-03-28T12:00:00Z"))).toEqual(new Date("2026-04-05T00:00:00Z"));
  });

  it("last a day when they end where they begin, never when there are none", () => {
    const day: Hours = { timeZone: "UTC", windows: [{ day: 1, from: "00:00", to: "00:00" }] };
    expect(
      ["2026-06-08T00:00:00Z", "2026-06-08T23:59:59Z", "2026-06-09T00:00:00Z"].map((iso) => on(iso, day)),
    ).toEqual([true, true, false]);
    expect(isOnCall({ timeZone: "UTC", windows: [] }, new Date())).toBe(false);
    expect(nextStart({ timeZone: "UTC", windows: [] }, new Date())).toBeNull();
  });

  it("are those that the clocks of the place show, in any zone at any time", () => {
    fc.assert(
      fc.property(hours, instant, (some, at) => {
        const text = new Intl.DateTimeFormat("en-GB", {
          timeZone: some.timeZone,
          weekday: "short",
          hour: "2-digit",
          minute: "2-digit",
        }).format(at);
        const [name = "", time = ""] = text.split(", ").length > 1 ? text.split(", ") : text.split(" ");
        const today = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(name);
        const expected = some.windows.some(({ day, from, to }) =>
          from < to
            ? day === today && time >= from && time < to
            : (day === today && time >= from) || ((day + 1) % 7 === today && time < to),
        );
        expect(isOnCall(some, at)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it("begin at the first quarter that is in them, after any instant", () => {
    fc.assert(
      fc.property(hours, instant, (some, at) => {
        const next = nextStart(some, at);
        if (!next) throw new Error("a window comes within two weeks");
        expect(next.getTime()).toBeGreaterThan(at.getTime());
        expect(next.getTime() % quarterMs).toBe(0);
        expect(isOnCall(some, next)).toBe(true);
        const first = Math.floor(at.getTime() / quarterMs) * quarterMs + quarterMs;
        for (let ms = first; ms < next.getTime(); ms += quarterMs)
          expect(isOnCall(some, new Date(ms))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it("know time zones by name", () => {
    expect([...zones, "UTC"].every(isTimeZone)).toBe(true);
    expect(["Mars/Olympus", "", "Europe/Vienna; drop"].some(isTimeZone)).toBe(false);
  });

  it("hold by zones that are off by quarters of an hour", () => {
    const begins: Hours = { timeZone: "Asia/Kathmandu", windows: [{ day: 0, from: "05:45", to: "05:46" }] };
    expect(
      ["2026-06-06T23:59:59Z", "2026-06-07T00:00:00Z", "2026-06-07T00:01:00Z"].map((iso) => on(iso, begins)),
    ).toEqual([false, true, false]);
  });
});
