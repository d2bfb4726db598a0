import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  defaultPreferences,
  fallbackRecipients,
  isUrgent,
  mustNotify,
  notifiesAbout,
  notifiesNow,
  type Person,
  type Preferences,
  type Recipient,
  recipientsOf,
  type Subject,
  wants,
} from "./recipients.ts";
import { escalatesAt, escalationRecipients } from "./escalation.ts";
import type { Window } from "./on-call-hours.ts";
import { namedSeverities, severities } from "./severity.ts";
import { isDaytime, isOnShift, isWithinHours, type Shift } from "./shift.ts";

const hour = fc.integer({ min: 0, max: 23 }).map((value) => `${String(value).padStart(2, "0")}:00`);
const window: fc.Arbitrary<Window> = fc.record({ day: fc.integer({ min: 0, max: 6 }), from: hour, to: hour });
const timeZone = fc.constantFrom(
  "Europe/Vienna",
  "America/New_York",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Mars/Olympus",
);
const shift: fc.Arbitrary<Shift> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("always" as const, "none" as const, "unanswered" as const),
    timeZone: fc.option(timeZone),
  }),
  fc.record({
    kind: fc.constant("hours" as const),
    timeZone,
    windows: fc.array(window, { minLength: 1, maxLength: 3 }),
  }),
);
const preferences: fc.Arbitrary<Preferences> = fc.record({
  isOn: fc.boolean(),
  severities: fc.subarray([...namedSeverities]),
  configurationIds: fc.option(fc.subarray(["one", "two"])),
  shift,
  alwaysNotify: fc.subarray([...namedSeverities]),
});
const people: fc.Arbitrary<Person[]> = fc.uniqueArray(
  fc
    .record({
      userId: fc.uuid(),
      isAdmin: fc.boolean(),
      mayRead: fc.boolean(),
      isViewer: fc.boolean(),
      preferences,
      deviceIds: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }),
      isVerified: fc.boolean(),
      hasMail: fc.boolean(),
    })
    .map(({ isVerified, isViewer, ...person }) => ({
      ...person,
      mayTriage: person.isAdmin || !isViewer,
      hasVerifiedDevice: isVerified && person.deviceIds.length > 0,
    })),
  { selector: ({ userId }) => userId },
);
const subject: fc.Arbitrary<Subject> = fc.record({
  severity: fc.constantFrom(...severities),
  configurationId: fc.constantFrom("one", "two"),
  environment: fc.constantFrom("production" as const, "test" as const),
  notifyAbout: fc.oneof(fc.constant([...namedSeverities]), fc.subarray([...namedSeverities])),
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

type Case = { alert: Subject; team: Person[]; now: Date; recipients: Recipient[] };
/** Tests a property with a thousand random cases. Returns the first case in which the property fails, or null. */
const counterexample = (holds: (one: Case) => boolean) => {
  const property = fc.property(subject, people, clock, (alert, team, now) =>
    holds({ alert, team, now, recipients: recipientsOf(alert, team, now) }),
  );
  return fc.check(property, { numRuns: 1_000 }).counterexample;
};
const keyOf = (recipient: Recipient) =>
  `${recipient.userId} ${recipient.way} ${recipient.way === "web_push" ? recipient.deviceId : ""}`;
const isNow = ({ way }: Recipient) => way === "web_push" || way === "email";
const readersOf = (team: readonly Person[]) => team.filter(({ mayRead }) => mayRead);
const isCoveredOnShift = (alert: Subject, team: readonly Person[], now: Date) =>
  readersOf(team).some(
    (person) =>
      person.mayTriage &&
      person.hasVerifiedDevice &&
      wants(person, alert) &&
      isOnShift(person.preferences.shift, now),
  );
const canBeReached = ({ deviceIds, hasMail }: Person) => deviceIds.length > 0 || hasMail;

describe("the recipients of an alert", () => {
  it("are never people who may not see it, and each has a device once", () => {
    const found = counterexample(({ team, recipients }) => {
      const readers = new Set(readersOf(team).map(({ userId }) => userId));
      return (
        new Set(recipients.map(keyOf)).size === recipients.length &&
        recipients.every(({ userId }) => readers.has(userId))
      );
    });
    expect(found).toBeNull();
  });

  it("are all who want it, on each device, if it notifies them now; else only by fallback", () => {
    const found = counterexample(({ alert, team, now, recipients }) => {
      const isCovered = isCoveredOnShift(alert, team, now);
      return readersOf(team)
        .filter((person) => wants(person, alert))
        .every((person) => {
          const pushes = recipients.filter(
            ({ userId, way }) => userId === person.userId && way === "web_push",
          );
          if (notifiesNow(person.preferences, alert, now, { isCovered }))
            return pushes.length === new Set(person.deviceIds).size;
          return pushes.every(({ reason }) => reason === "fallback");
        });
    });
    expect(found).toBeNull();
  });

  it("are somebody at once when it is urgent, as long as any admin or anyone it notifies now can be reached", () => {
    const found = counterexample(({ alert, team, now, recipients }) => {
      const readers = readersOf(team);
      const isCovered = isCoveredOnShift(alert, team, now);
      const isReachable = readers.some(
        (person) =>
          (person.isAdmin && canBeReached(person)) ||
          (person.deviceIds.length > 0 &&
            wants(person, alert) &&
            notifiesNow(person.preferences, alert, now, { isCovered })),
      );
      return !isUrgent(alert) || recipients.some(isNow) === isReachable;
    });
    expect(found).toBeNull();
  });

  it("are nobody off shift now while somebody on shift with a verified device is notified", () => {
    const found = counterexample(({ team, now, recipients }) => {
      const byId = new Map(team.map((person) => [person.userId, person]));
      const isProvedOnShift = recipients.some(({ userId, way }) => {
        const person = byId.get(userId);
        if (way !== "web_push" || !person?.mayTriage) return false;
        return person.hasVerifiedDevice && isOnShift(person.preferences.shift, now);
      });
      const isAnyoneOffShift = recipients.filter(isNow).some(({ userId }) => {
        const own = byId.get(userId)?.preferences.shift;
        return own?.kind === "none" || (own?.kind === "hours" && !isOnShift(own, now));
      });
      const isFallback = recipients.some(({ reason }) => reason === "fallback");
      // in a fallback nobody who wants it could be reached
      return !isProvedOnShift || isFallback || !isAnyoneOffShift;
    });
    expect(found).toBeNull();
  });

  it("are never a fallback while somebody on shift with a verified device is notified", () => {
    const found = counterexample(
      ({ alert, team, now, recipients }) =>
        !isCoveredOnShift(alert, team, now) || recipients.every(({ reason }) => reason === "raised"),
    );
    expect(found).toBeNull();
  });

  it("are people who aren't on call only by fallback, and nobody whose notifications are off but an admin", () => {
    const found = counterexample(({ team, recipients }) =>
      recipients.every(({ userId, reason }) => {
        const person = team.find((one) => one.userId === userId);
        const isWilling = person?.preferences.isOn && person.preferences.shift.kind !== "none";
        return isWilling || (reason === "fallback" && person?.isAdmin === true);
      }),
    );
    expect(found).toBeNull();
  });

  it("are deferred to a later instant within their hours", () => {
    const found = counterexample(({ team, now, recipients }) =>
      recipients.every((recipient) => {
        if (recipient.way !== "deferred") return true;
        const person = team.find(({ userId }) => userId === recipient.userId);
        return (
          recipient.until > now &&
          person !== undefined &&
          isWithinHours(person.preferences.shift, recipient.until)
        );
      }),
    );
    expect(found).toBeNull();
  });

  it("are people who haven't answered: of High at any hour, of Medium by day, of the rest in a digest", () => {
    const found = counterexample(({ alert, team, now, recipients }) =>
      team.every((person) => {
        const { userId, preferences: own, mayRead, deviceIds } = person;
        if (own.shift.kind !== "unanswered" || !mayRead || !wants(person, alert)) return true;
        if (alert.environment === "test" || deviceIds.length === 0) return true;
        const isHigh = mustNotify(alert.severity);
        const isNowExpected = isHigh || (alert.severity === "medium" && isDaytime(own.shift.timeZone, now));
        const mine = recipients.filter((one) => one.userId === userId);
        if (mine.some(({ reason }) => reason === "fallback")) return true;
        return mine.length > 0 && mine.every((one) => isNow(one) === isNowExpected);
      }),
    );
    expect(found).toBeNull();
  });

  it("of High are somebody who may triage at once when it is urgent, if a person who may can be reached and is an admin or wants it now", () => {
    const found = counterexample(({ alert, team, now, recipients }) => {
      const triagers = readersOf(team).filter(({ mayTriage }) => mayTriage);
      const isCovered = isCoveredOnShift(alert, team, now);
      const isReachable = triagers.some(
        (person) =>
          (person.isAdmin && canBeReached(person)) ||
          (person.deviceIds.length > 0 &&
            wants(person, alert) &&
            notifiesNow(person.preferences, alert, now, { isCovered })),
      );
      const isTriager = ({ userId }: Recipient) => triagers.some((person) => person.userId === userId);
      return !isUrgent(alert) || recipients.some((one) => isNow(one) && isTriager(one)) === isReachable;
    });
    expect(found).toBeNull();
  });

  it("are somebody now or later when anyone wants it and they or an admin can be reached", () => {
    const found = counterexample(({ alert, team, recipients }) => {
      const readers = readersOf(team);
      const wanting = readers.filter((person) => wants(person, alert));
      const isReachable =
        wanting.some(({ deviceIds }) => deviceIds.length > 0) ||
        (wanting.length > 0 && readers.some((person) => person.isAdmin && canBeReached(person)));
      return !isReachable || recipients.some(({ way }) => way !== "none");
    });
    expect(found).toBeNull();
  });

  it("fall back to admins only where nobody else is reached, and are nobody where nobody wants it", () => {
    const found = counterexample(({ alert, team, recipients }) => {
      const fallback = recipients.filter(({ reason }) => reason === "fallback");
      const admins = new Set(team.filter(({ isAdmin }) => isAdmin).map(({ userId }) => userId));
      const isWanted = readersOf(team).some((person) => wants(person, alert));
      return (
        fallback.every(({ userId }) => admins.has(userId)) &&
        (fallback.length === 0 ||
          !recipients.some(
            ({ userId, reason, way }) =>
              reason === "raised" &&
              way === "web_push" &&
              // a High that only Viewers get has nobody to act on it
              (!mustNotify(alert.severity) || team.some((one) => one.userId === userId && one.mayTriage)),
          )) &&
        (isWanted || mustNotify(alert.severity) || recipients.length === 0)
      );
    });
    expect(found).toBeNull();
  });

  it("are nobody, not even by fallback or escalation, if its source doesn't notify about its severity", () => {
    fc.assert(
      fc.property(subject, people, clock, (alert, team, now) => {
        fc.pre(!notifiesAbout(alert));
        expect(recipientsOf(alert, team, now)).toEqual([]);
        expect(fallbackRecipients(alert, team, now)).toEqual([]);
        for (const step of ["escalated_to_everyone", "escalated_to_admins"] as const)
          expect(escalationRecipients(step, alert, team, now)).toEqual([]);
      }),
    );
  });

  it("of a test account are never notified outside their hours, by no rule", () => {
    fc.assert(
      fc.property(subject, people, clock, (alert, team, now) => {
        const test: Subject = { ...alert, environment: "test" };
        const all = [
          ...recipientsOf(test, team, now),
          ...fallbackRecipients(test, team, now),
          ...escalationRecipients("escalated_to_everyone", test, team, now),
          ...escalationRecipients("escalated_to_admins", test, team, now),
        ];
        const shifts = new Map(team.map(({ userId, preferences: own }) => [userId, own.shift]));
        for (const { userId } of all.filter(isNow)) {
          const own = shifts.get(userId);
          expect(own && isWithinHours(own, now)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the recipients of an escalation", () => {
  const alert: Subject = {
    severity: "high",
    configurationId: "one",
    environment: "production",
    notifyAbout: namedSeverities,
  };
  const idsOf = (persons: readonly { userId: string }[]) => persons.map(({ userId }) => userId);

  it("are everyone on call who may see it, on or off shift; the others only if it would reach nobody else who may triage", () => {
    fc.assert(
      fc.property(people, clock, (team, now) => {
        const everyone = escalationRecipients("escalated_to_everyone", alert, team, now);
        const readers = readersOf(team);
        const onCall = readers.filter(({ preferences: own }) => own.shift.kind !== "none");
        const isReached = onCall.some(({ mayTriage, deviceIds }) => mayTriage && deviceIds.length > 0);
        const expected = isReached ? onCall : readers;
        expect(new Set(idsOf(everyone))).toEqual(new Set(idsOf(expected)));
        // those without a device are recorded as such
        expect(new Set(idsOf(everyone.filter(({ way }) => way === "web_push")))).toEqual(
          new Set(idsOf(expected.filter(({ deviceIds }) => deviceIds.length > 0))),
        );
      }),
    );
  });

  it("of a test account are somebody whom it reaches, if anybody can be reached, or it waits until somebody's hours begin", () => {
    fc.assert(
      fc.property(subject, people, clock, (one, team, now) => {
        for (const step of ["escalated_to_everyone", "escalated_to_admins"] as const) {
          const until = escalatesAt(step, one, team, now);
          const told = escalationRecipients(step, one, team, now);
          const isReachable = ({ deviceIds, hasMail }: Person) =>
            deviceIds.length > 0 || (step === "escalated_to_admins" && hasMail);
          const concerned = readersOf(team).filter(
            ({ isAdmin }) => isAdmin || step === "escalated_to_everyone",
          );
          const isTest = one.environment === "test" && mustNotify(one.severity) && notifiesAbout(one);
          const isTold = told.some(isNow) || !concerned.some(isReachable);
          const isInHours = concerned.some(
            ({ preferences: own }) => until !== null && isWithinHours(own.shift, until),
          );
          expect(until ? isTest && until > now && isInHours : !isTest || isTold).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are the admins at last, on call or not, by e-mail too", () => {
    fc.assert(
      fc.property(people, clock, (team, now) => {
        const last = escalationRecipients("escalated_to_admins", alert, team, now);
        const admins = readersOf(team).filter(({ isAdmin }) => isAdmin);
        expect(idsOf(last.filter(({ way }) => way === "email"))).toEqual(
          idsOf(admins.filter(({ hasMail }) => hasMail)),
        );
        expect(new Set(idsOf(last.filter(({ way }) => way === "web_push")))).toEqual(
          new Set(idsOf(admins.filter(({ deviceIds }) => deviceIds.length > 0))),
        );
      }),
    );
  });
});

describe("a team of three shifts", () => {
  const windowsOf = (from: string, to: string) => [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from, to }));
  const member = (name: string, from: string, to: string, isAdmin = false): Person => ({
    userId: name,
    isAdmin,
    mayRead: true,
    preferences: {
      ...defaultPreferences,
      shift: { kind: "hours", timeZone: "Europe/Vienna", windows: windowsOf(from, to) },
    },
    deviceIds: [name],
    hasVerifiedDevice: true,
    mayTriage: true,
    hasMail: true,
  });
  const four = (name: string, from: string, to: string) =>
    [1, 2, 3, 4].map((number) => member(`${name} ${number}`, from, to));
  const team = [
    ...four("early", "06:00", "14:00"),
    ...four("late", "14:00", "22:00"),
    ...four("night", "22:00", "06:00"),
    member("admin", "08:00", "17:00", true),
  ];
  const night = new Date("2026-11-18T02:00:00Z");
  const subjectOf = (severity: Subject["severity"]): Subject => ({
    severity,
    configurationId: "one",
    environment: "production",
    notifyAbout: ["high", "medium"],
  });
  const notifiedOf = (recipients: readonly Recipient[]) =>
    recipients.filter(isNow).map(({ userId }) => userId);
  const onShift = ["night 1", "night 2", "night 3", "night 4"];

  it("wakes only the night shift, of Medium and of High, and defers the others to their next shift", () => {
    for (const severity of ["medium", "high", "unknown"] as const) {
      const recipients = recipientsOf(subjectOf(severity), team, night);
      expect(notifiedOf(recipients)).toEqual(onShift);
      const until = Object.fromEntries(
        recipients.flatMap((one) => (one.way === "deferred" ? [[one.userId, one.until.toISOString()]] : [])),
      );
      expect(until).toMatchObject({
        "early 1": "2026-11-18T05:00:00.000Z",
        "late 4": "2026-11-18T13:00:00.000Z",
        admin: "2026-11-18T07:00:00.000Z",
      });
      expect(recipients).toHaveLength(13);
    }
    expect(recipientsOf(subjectOf("low"), team, night)).toEqual([]);
  });

  it("wakes all thirteen of a High when nobody acknowledges it, or when no phone of the shift is proved", () => {
    const escalated = escalationRecipients("escalated_to_everyone", subjectOf("high"), team, night);
    expect(notifiedOf(escalated)).toHaveLength(13);
    const unproved = team.map((person) => ({
      ...person,
      hasVerifiedDevice: person.hasVerifiedDevice && !onShift.includes(person.userId),
    }));
    expect(notifiedOf(recipientsOf(subjectOf("high"), unproved, night))).toHaveLength(13);
    expect(notifiedOf(recipientsOf(subjectOf("medium"), unproved, night))).toEqual(onShift);
  });
});
