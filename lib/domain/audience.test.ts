import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  mustBeTold,
  type Person,
  type Subject,
  type Told,
  wants,
  whoIsTold,
  whoIsToldMore,
  type Wishes,
} from "./audience.ts";
import { type Hours, isOnCall, type Window } from "./hours.ts";
import { severities, type Severity } from "./severity.ts";

const named: Severity[] = ["high", "medium", "low", "informational"];
const hour = fc.integer({ min: 0, max: 23 }).map((value) => `${String(value).padStart(2, "0")}:00`);
const window: fc.Arbitrary<Window> = fc.record({ day: fc.integer({ min: 0, max: 6 }), from: hour, to: hour });
const hours: fc.Arbitrary<Hours> = fc.record({
  timeZone: fc.constantFrom("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"),
  windows: fc.array(window, { minLength: 1, maxLength: 3 }),
});
const wishes: fc.Arbitrary<Wishes> = fc.record({
  isOn: fc.boolean(),
  severities: fc.subarray(named),
  configurationIds: fc.option(fc.subarray(["one", "two"])),
  hours: fc.option(hours),
  through: fc.subarray(named),
});
const people: fc.Arbitrary<Person[]> = fc.uniqueArray(
  fc.record({
    userId: fc.uuid(),
    isAdmin: fc.boolean(),
    mayRead: fc.boolean(),
    wishes,
    deviceIds: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }),
    hasMail: fc.boolean(),
  }),
  { selector: (one) => one.userId },
);
const subject: fc.Arbitrary<Subject> = fc.record({
  severity: fc.constantFrom(...severities),
  configurationId: fc.constantFrom("one", "two"),
});
/** Also the hours in which clocks change in those zones. */
const clock = fc
  .oneof(
    fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2027-01-01") }),
    fc
      .constantFrom(
        "2026-03-29T00:30",
        "2026-10-25T00:30",
        "2026-03-08T06:30",
        "2026-11-01T05:30",
        "2026-04-04T14:45",
      )
      .chain((text) =>
        fc.integer({ min: 0, max: 120 }).map((minute) => Date.parse(`${text}Z`) + minute * 60_000),
      ),
  )
  .map((ms) => new Date(ms));

const keyOf = (one: Told) => `${one.userId} ${one.way} ${one.way === "push" ? one.deviceId : ""}`;
const check = (property: (about: Subject, all: Person[], now: Date, told: Told[]) => void) =>
  fc.assert(
    fc.property(subject, people, clock, (about, all, now) =>
      property(about, all, now, whoIsTold(about, all, now)),
    ),
    { numRuns: 1_000 },
  );

describe("who is told", () => {
  it("is never someone who may not see it, and nobody twice on one device", () => {
    check((_about, all, _now, told) => {
      expect(new Set(told.map(keyOf)).size).toBe(told.length);
      const readers = new Set(all.filter((one) => one.mayRead).map((one) => one.userId));
      expect(told.filter((one) => !readers.has(one.userId))).toEqual([]);
    });
  });

  it("rings for everyone who wishes it within their hours, or whatever comes through, on each device", () => {
    check((about, all, now, told) => {
      const severity = about.severity === "unknown" ? "high" : about.severity;
      for (const one of all.filter((some) => some.mayRead && wants(some, about))) {
        const rung = told.filter((some) => some.userId === one.userId && some.way === "push");
        const isOn = isOnCall(one.wishes.hours, now) || one.wishes.through.includes(severity);
        if (isOn) expect(rung).toHaveLength(new Set(one.deviceIds).size);
        else if (!rung.some((some) => some.reason === "fallback")) expect(rung).toEqual([]);
      }
    });
  });

  it("waits for the beginning of hours, which are on then", () => {
    check((_about, all, now, told) => {
      for (const one of told) {
        if (one.way !== "held") continue;
        expect(one.until.getTime()).toBeGreaterThan(now.getTime());
        const person = all.find((some) => some.userId === one.userId);
        expect(isOnCall(person?.wishes.hours ?? null, one.until)).toBe(true);
      }
    });
  });

  it("is somebody at once when it is High, as long as any admin or anyone who wishes it can be reached", () => {
    check((about, all, now, told) => {
      if (!mustBeTold(about.severity)) return;
      const reachable = all.some(
        (one) =>
          one.mayRead &&
          ((one.isAdmin && (one.deviceIds.length > 0 || one.hasMail)) ||
            (one.deviceIds.length > 0 &&
              wants(one, about) &&
              (isOnCall(one.wishes.hours, now) || one.wishes.through.includes("high")))),
      );
      expect(told.some((one) => one.way === "push" || one.way === "email")).toBe(reachable);
    });
  });

  it("falls back to admins only where nobody else is reached, and to nobody where nobody wishes it", () => {
    check((about, all, _now, told) => {
      const fallback = told.filter((one) => one.reason === "fallback");
      const admins = new Set(all.filter((one) => one.isAdmin).map((one) => one.userId));
      expect(fallback.every((one) => admins.has(one.userId))).toBe(true);
      if (fallback.length > 0)
        expect(told.some((one) => one.reason === "raised" && one.way === "push")).toBe(false);
      const wished = all.some((one) => one.mayRead && wants(one, about));
      if (!wished && !mustBeTold(about.severity)) expect(told).toEqual([]);
    });
  });

  it("is everyone who may see it when nobody acknowledged, then the admins, by e-mail too", () => {
    fc.assert(
      fc.property(people, (all) => {
        const more = whoIsToldMore("unacknowledged", all);
        const readers = all.filter((one) => one.mayRead && one.deviceIds.length > 0);
        expect(new Set(more.map((one) => one.userId))).toEqual(new Set(readers.map((one) => one.userId)));
        const last = whoIsToldMore("admins", all);
        const mailed = all.filter((one) => one.mayRead && one.isAdmin && one.hasMail);
        expect(last.filter((one) => one.way === "email").map((one) => one.userId)).toEqual(
          mailed.map((one) => one.userId),
        );
        expect(last.every(({ userId }) => all.find((one) => one.userId === userId)?.isAdmin)).toBe(true);
      }),
    );
  });
});
