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
  { selector: ({ userId }) => userId },
);
const subject: fc.Arbitrary<Subject> = fc.record({
  severity: fc.constantFrom(...severities),
  configurationId: fc.constantFrom("one", "two"),
});
/** Generates instants, among them the hours in which clocks change in these time zones. */
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

const keyOf = (recipient: Recipient) =>
  `${recipient.userId} ${recipient.way} ${recipient.way === "web_push" ? recipient.deviceId : ""}`;
/** Tests a property with a thousand random cases. Returns the first case in which the property fails, or null. */
const counterexample = (
  holds: (alert: Subject, team: Person[], now: Date, recipients: Recipient[]) => boolean,
) => {
  const property = fc.property(subject, people, clock, (alert, team, now) =>
    holds(alert, team, now, recipientsOf(alert, team, now)),
  );
  return fc.check(property, { numRuns: 1_000 }).counterexample;
};
const severityOf = ({ severity }: Subject) => (severity === "unknown" ? "high" : severity);
const notifies = ({ preferences: { hours: own, alwaysNotify } }: Person, alert: Subject, now: Date) =>
  isOnCall(own, now) || alwaysNotify.includes(severityOf(alert));

describe("the recipients of an alert", () => {
  it("are never people who may not see it, and each has a device once", () => {
    const found = counterexample((_alert, team, _now, recipients) => {
      const readers = new Set(team.filter(({ mayRead }) => mayRead).map(({ userId }) => userId));
      return (
        new Set(recipients.map(keyOf)).size === recipients.length &&
        recipients.every(({ userId }) => readers.has(userId))
      );
    });
    expect(found).toBeNull();
  });

  it("are all who want it, on each device, in their hours or when it always notifies; else only by fallback", () => {
    const found = counterexample((alert, team, now, recipients) =>
      team
        .filter((person) => person.mayRead && wants(person, alert))
        .every((person) => {
          const pushes = recipients.filter(
            ({ userId, way }) => userId === person.userId && way === "web_push",
          );
          if (notifies(person, alert, now)) return pushes.length === new Set(person.deviceIds).size;
          return pushes.every(({ reason }) => reason === "fallback");
        }),
    );
    expect(found).toBeNull();
  });

  it("are deferred until the beginning of their hours, when they are on call", () => {
    const found = counterexample((_alert, team, now, recipients) =>
      recipients.every((recipient) => {
        if (recipient.way !== "deferred") return true;
        const person = team.find(({ userId }) => userId === recipient.userId);
        return recipient.until > now && isOnCall(person?.preferences.hours ?? null, recipient.until);
      }),
    );
    expect(found).toBeNull();
  });

  it("are somebody at once when it is High, as long as an admin or somebody who wants it can be reached", () => {
    const found = counterexample((alert, team, now, recipients) => {
      const readers = team.filter(({ mayRead }) => mayRead);
      const isReachable = readers.some(
        (person) =>
          (person.isAdmin && (person.deviceIds.length > 0 || person.hasMail)) ||
          (person.deviceIds.length > 0 && wants(person, alert) && notifies(person, alert, now)),
      );
      const isNotified = recipients.some(({ way }) => way === "web_push" || way === "email");
      return !mustNotify(alert.severity) || isNotified === isReachable;
    });
    expect(found).toBeNull();
  });

  it("are somebody now or later when anyone wants it and they or an admin can be reached", () => {
    const found = counterexample((alert, team, _now, recipients) => {
      const readers = team.filter(({ mayRead }) => mayRead);
      const wanting = readers.filter((person) => wants(person, alert));
      const isReachable =
        wanting.some(({ deviceIds }) => deviceIds.length > 0) ||
        (wanting.length > 0 &&
          readers.some(({ isAdmin, deviceIds, hasMail }) => isAdmin && (deviceIds.length > 0 || hasMail)));
      return !isReachable || recipients.some(({ way }) => way !== "none");
    });
    expect(found).toBeNull();
  });

  it("fall back to admins only where nobody else is reached, and are nobody where nobody wants it", () => {
    const found = counterexample((alert, team, _now, recipients) => {
      const fallback = recipients.filter(({ reason }) => reason === "fallback");
      const admins = new Set(team.filter(({ isAdmin }) => isAdmin).map(({ userId }) => userId));
      const isWanted = team.some((person) => person.mayRead && wants(person, alert));
      return (
        fallback.every(({ userId }) => admins.has(userId)) &&
        (fallback.length === 0 ||
          !recipients.some(({ reason, way }) => reason === "raised" && way === "web_push")) &&
        (isWanted || mustNotify(alert.severity) || recipients.length === 0)
      );
    });
    expect(found).toBeNull();
  });

  it("are everyone who may see it when nobody acknowledged, then the admins, by e-mail too", () => {
    fc.assert(
      fc.property(people, (team) => {
        const idsOf = (persons: readonly { userId: string }[]) => persons.map(({ userId }) => userId);
        const everyone = escalationRecipients("escalated_to_everyone", team);
        const readers = team.filter(({ mayRead }) => mayRead);
        expect(new Set(idsOf(everyone))).toEqual(new Set(idsOf(readers)));
        // those without a device are recorded as such
        expect(new Set(idsOf(everyone.filter(({ way }) => way === "web_push")))).toEqual(
          new Set(idsOf(readers.filter(({ deviceIds }) => deviceIds.length > 0))),
        );
        const last = escalationRecipients("escalated_to_admins", team);
        const admins = readers.filter(({ isAdmin }) => isAdmin);
        expect(idsOf(last.filter(({ way }) => way === "email"))).toEqual(
          idsOf(admins.filter(({ hasMail }) => hasMail)),
        );
        expect(last.every(({ userId }) => idsOf(admins).includes(userId))).toBe(true);
      }),
    );
  });
});
