import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultPreferences, type Subject } from "./recipients.ts";
import { gapsOf, hoursOf } from "./on-call-coverage.ts";
import { type Hours, isOnCall } from "./on-call-hours.ts";
import type { Shift } from "./shift.ts";

const now = new Date("2026-03-27T10:20:00Z");
const about: Subject = {
  severity: "medium",
  configurationId: "one",
  environment: "production",
  notifyAbout: ["high", "medium"],
};
const person = (shift: Shift, severities = ["medium"] as const) => ({
  readableIds: ["one"],
  hasVerifiedDevice: true,
  mayTriage: true,
  preferences: { ...defaultPreferences, severities, shift },
});
const on = (hours: Hours | null) =>
  person(hours ? { kind: "hours", ...hours } : { kind: "always", timeZone: null });
const daily = (from: string, to: string): Hours => ({
  timeZone: "Europe/Vienna",
  windows: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from, to })),
});

describe("hours that nobody covers", () => {
  it("are all of the week where nobody is notified, and none where somebody always is", () => {
    expect(hoursOf(gapsOf(about, [], now))).toBe(168);
    expect(hoursOf(gapsOf({ ...about, severity: "high" }, [on(null)], now))).toBe(168);
    expect(hoursOf(gapsOf({ ...about, configurationId: "two" }, [on(null)], now))).toBe(168);
    expect(gapsOf(about, [on(null)], now)).toEqual([]);
    const nights = daily("22:00", "06:00");
    const always = {
      ...on(nights),
      preferences: { ...on(nights).preferences, alwaysNotify: ["medium"] as const },
    };
    expect(gapsOf(about, [always], now)).toEqual([]);
  });

  it("are covered by people who haven't answered, at any hour of High and by day of Medium", () => {
    const unanswered = person({ kind: "unanswered", timeZone: "Europe/Vienna" });
    expect(gapsOf({ ...about, severity: "high" }, [unanswered], now)).toEqual([]);
    const gaps = gapsOf(about, [unanswered], now);
    expect(gaps.map(({ from }) => from.toISOString())[0]).toBe("2026-03-27T21:00:00.000Z");
    // nine hours of each night, and eight of the one that summer time shortens
    expect(hoursOf(gaps)).toBe(62);
  });

  it("aren't covered by people who aren't on call, have switched off or have no verified device", () => {
    const always = on(null);
    for (const absent of [
      person({ kind: "none", timeZone: null }),
      { ...always, hasVerifiedDevice: false },
      { ...always, preferences: { ...always.preferences, isOn: false } },
    ])
      expect(hoursOf(gapsOf(about, [absent], now))).toBe(168);
  });

  it("are those between two people's, also where the clocks go forward", () => {
    const [day, night] = [on(daily("06:00", "20:00")), on(daily("22:00", "06:00"))];
    const gaps = gapsOf(about, [day, night], now);
    expect(gaps).toHaveLength(7);
    expect(gaps.map(({ from }) => from.toISOString()).slice(0, 3)).toEqual([
      "2026-03-27T19:00:00.000Z",
      "2026-03-28T19:00:00.000Z",
      // summer time since the night before
      "2026-03-29T18:00:00.000Z",
    ]);
    expect(hoursOf(gaps)).toBe(14);
    // a quarter that is open makes its hour one
    expect(hoursOf(gapsOf(about, [on(daily("06:00", "05:45"))], now))).toBe(7);
  });

  it("hold every quarter that nobody is on call in, and no hour that is covered throughout", () => {
    const window = fc.record({
      day: fc.integer({ min: 0, max: 6 }),
      from: fc.constantFrom("00:00", "07:30", "22:15"),
      to: fc.constantFrom("06:00", "12:45", "23:00"),
    });
    const hours = fc.record({
      timeZone: fc.constantFrom("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"),
      windows: fc.array(window, { minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(hours, { maxLength: 3 }), (some) => {
        const gaps = gapsOf(
          about,
          some.map((own) => on(own)),
          now,
        );
        const isCovered = (at: number) => some.some((own) => isOnCall(own, new Date(at)));
        const first = Date.parse("2026-03-27T10:00:00Z");
        for (let from = first; from < first + 168 * 3_600_000; from += 3_600_000) {
          const covered = [0, 1, 2, 3].every((quarter) => isCovered(from + quarter * 900_000));
          const listed = gaps.some((gap) => gap.from.getTime() <= from && from < gap.until.getTime());
          expect(listed).toBe(!covered);
        }
      }),
      { numRuns: 60 },
    );
  });
});
