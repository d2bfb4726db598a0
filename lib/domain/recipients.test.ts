import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  mustNotify,
  type Person,
  type Subject,
  type Recipient,
  wants,
  recipientsOf,
  escalationRecipients,
  type Preferences,
} from "./recipients.ts";
import { type Hours, isOnCall, type Window } from "./on-call-hours.ts";
import { severities, type Severity } from "./severity.ts";

const named: Severity[] = ["high", "medium", "low", "informational"];
const hour = fc.integer({ min: 0, max: 23 }).map((value) => `${String(value).padStart(2, "0")}:00`);
const window: fc.Arbitrary<Window> = fc.record({ day: fc.integer({ min: 0, max: 6 }), from: hour, to: hour });
const hours: fc.Arbitrary<Hours> = fc.record({
  timeZone: fc.constantFrom("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"),
  windows: fc.array(window, { minLength: 1, maxLength: 3 }),
});
const preferences: fc.Arbitrary<Preferences> = fc.record({
  isOn: fc.boolean(),
  severities: fc.subarray(named),
  configurationIds: fc.option(fc.subarray(["one", "two"])),
  hours: fc.option(hours),
  alwaysNotify: fc.subarray(named),
});
const people: fc.Arbitrary<Person[]> = fc.uniqueArray(
  fc.record({
    userId: fc.uuid(),
    isAdmin: fc.boolean(),
    mayRead: fc.boolean(),
    preferences,
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

const keyOf = (one: Recipient) => `${one.userId} ${one.way} ${one.way === "web_push" ? one.deviceId : ""}`;
/** A case in which something doesn't hold; null when there is none among a thousand. */
const counterexample = (holds: (about: Subject, all: Person[], now: Date, told: Recipient[]) => boolean) => {
  const property = fc.property(subject, people, clock, (about, all, now) =>
    holds(about, all, now, recipientsOf(about, all, now)),
  );
  return fc.check(property, { numRuns: 1_000 }).counterexample;
};
const severityOf = ({ severity }: Subject) => (severity === "unknown" ? "high" : severity);
const ringsFor = ({ preferences: { hours: own, alwaysNotify } }: Person, about: Subject, now: Date) =>
  isOnCall(own, now) || alwaysNotify.includes(severityOf(about));

describe("who is told", () => {
  it("is never someone who may not see it, and nobody twice on one device", () => {
    const found = counterexample((_about, all, _now, told) => {
      const readers = new Set(all.filter((one) => one.mayRead).map((one) => one.userId));
      return new Set(told.map(keyOf)).size === told.length && told.every(({ userId }) => readers.has(userId));
    });
    expect(found).toBeNull();
  });

  it("is everyone who wishes it, on each device, in their hours or when it comes through; else only by fallback", () => {
    const found = counterexample((about, all, now, told) =>
      all
        .filter((one) => one.mayRead && wants(one, about))
        .every((one) => {
          const rung = told.filter(({ userId, way }) => userId === one.userId && way === "web_push");
          if (ringsFor(one, about, now)) return rung.length === new Set(one.deviceIds).size;
          return rung.every(({ reason }) => reason === "fallback");
        }),
    );
    expect(found).toBeNull();
  });

  it("waits for the beginning of hours, which are on then", () => {
    const found = counterexample((_about, all, now, told) =>
      told.every((one) => {
        if (one.way !== "deferred") return true;
        const person = all.find(({ userId }) => userId === one.userId);
        return one.until > now && isOnCall(person?.preferences.hours ?? null, one.until);
      }),
    );
    expect(found).toBeNull();
  });

  it("is somebody at once when it is High, as long as any admin or anyone who wishes it can be reached", () => {
    const found = counterexample((about, all, now, told) => {
      const readers = all.filter((one) => one.mayRead);
      const reachable = readers.some(
        (one) =>
          (one.isAdmin && (one.deviceIds.length > 0 || one.hasMail)) ||
          (one.deviceIds.length > 0 && wants(one, about) && ringsFor(one, about, now)),
      );
      const isTold = told.some(({ way }) => way === "web_push" || way === "email");
      return !mustNotify(about.severity) || isTold === reachable;
    });
    expect(found).toBeNull();
  });

  it("is somebody now or later when anyone wishes it and they or an admin can be reached", () => {
    const found = counterexample((about, all, _now, told) => {
      const readers = all.filter((one) => one.mayRead);
      const wishing = readers.filter((one) => wants(one, about));
      const reachable =
        wishing.some((one) => one.deviceIds.length > 0) ||
        (wishing.length > 0 &&
          readers.some((one) => one.isAdmin && (one.deviceIds.length > 0 || one.hasMail)));
      return !reachable || told.some(({ way }) => way !== "none");
    });
    expect(found).toBeNull();
  });

  it("falls back to admins only where nobody else is reached, and to nobody where nobody wishes it", () => {
    const found = counterexample((about, all, _now, told) => {
      const fallback = told.filter((one) => one.reason === "fallback");
      const admins = new Set(all.filter((one) => one.isAdmin).map((one) => one.userId));
      const isWished = all.some((one) => one.mayRead && wants(one, about));
      return (
        fallback.every((one) => admins.has(one.userId)) &&
        (fallback.length === 0 ||
          !told.some(({ reason, way }) => reason === "raised" && way === "web_push")) &&
        (isWished || mustNotify(about.severity) || told.length === 0)
      );
    });
    expect(found).toBeNull();
  });

  it("is everyone who may see it when nobody acknowledged, then the admins, by e-mail too", () => {
    fc.assert(
      fc.property(people, (all) => {
        const more = escalationRecipients("escalated_to_everyone", all);
        const readers = all.filter((one) => one.mayRead);
        expect(new Set(more.map((one) => one.userId))).toEqual(new Set(readers.map((one) => one.userId)));
        // who has no device is on record, as not told
        expect(new Set(more.filter(({ way }) => way === "web_push").map((one) => one.userId))).toEqual(
          new Set(readers.filter((one) => one.deviceIds.length > 0).map((one) => one.userId)),
        );
        const last = escalationRecipients("escalated_to_admins", all);
        const admins = all.filter((one) => one.mayRead && one.isAdmin);
        expect(last.filter((one) => one.way === "email").map((one) => one.userId)).toEqual(
          admins.filter((one) => one.hasMail).map((one) => one.userId),
        );
        expect(last.every(({ userId }) => admins.some((one) => one.userId === userId))).toBe(true);
      }),
    );
  });
});
