import { expect, it } from "vitest";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import type { TeamPerson } from "./list-people.ts";
import type { OpenDetection } from "./open-detections.ts";
import { planEscalations } from "./plan-escalations.ts";
import type { Plan } from "./plan-notifications.ts";

const emptyPlan = (urgent = 0): Plan => ({
  organisationId: "organisation",
  queuedAt: new Date(),
  notifications: [],
  groups: [],
  escalated: [],
  digestsDue: {
    off_hours: new Map(),
    rate_limited: new Map(),
    gathered_high: new Map(),
    gathered_lower: new Map(),
  },
  countByUser: new Map([["both", { total: urgent, urgent }]]),
  soundedAt: new Map(),
  standIns: [],
  gathering: new Set(),
});
const person = (userId: string, readableIds: string[], more: Partial<TeamPerson> = {}): TeamPerson => ({
  userId,
  name: userId,
  isAdmin: true,
  readableIds,
  preferences: defaultPreferences,
  deviceIds: [`${userId}-phone`, `${userId}-laptop`],
  hasVerifiedDevice: true,
  mayTriage: true,
  offSince: null,
  hasMail: true,
  ...more,
});
const detectionIn = (configurationId: string, id: string) =>
  ({
    detection: { id, configurationId, notifyRound: 0, severity: "high" },
    configuration: { id: configurationId, environment: "production", notifyAbout: ["high"] },
  }) as unknown as OpenDetection;
const three = [detectionIn("east", "a"), detectionIn("east", "b"), detectionIn("west", "c")];
/** What is planned for a person: the alerts that a message names, or the alert of each message of its own, and the ways. */
const plannedFor = ({ notifications }: Plan, userId: string) => ({
  together: notifications.flatMap((row) =>
    row.userId === userId && row.state === "gathered" ? [row.detectionId] : [],
  ),
  messages: notifications.flatMap((row) =>
    row.userId === userId && row.state === "queued"
      ? [`${row.detectionId ?? "all"} ${row.channel ?? row.deviceId}`]
      : [],
  ),
});

it("tells each person only of what they may see, in one message if it is more than one alert", () => {
  const plan = emptyPlan();
  const people = [
    person("both", ["east", "west"]),
    person("east", ["east"]),
    person("west", ["west"]),
    person("none", []),
  ];
  expect(planEscalations(plan, "escalated_to_admins", people, three)).toEqual({
    seenIds: ["a", "b", "c"],
    toldIds: ["a", "b", "c"],
    waiting: new Map(),
  });
  const ways = (userId: string, what: string) => [
    `${what} ${userId}-phone`,
    `${what} ${userId}-laptop`,
    `${what} email`,
  ];
  expect(plannedFor(plan, "both")).toEqual({ together: ["a", "b", "c"], messages: ways("both", "all") });
  expect(plannedFor(plan, "east")).toEqual({ together: ["a", "b"], messages: ways("east", "all") });
  expect(plannedFor(plan, "west")).toEqual({ together: [], messages: ways("west", "c") });
  expect(plannedFor(plan, "none")).toEqual({ together: [], messages: [] });
  expect(plan.escalated.map(({ userId }) => userId)).toEqual(["both", "east"]);
});

it("says which alerts reached nobody, and who has no way", () => {
  const plan = emptyPlan();
  const people = [person("both", ["east"], { deviceIds: [], isAdmin: false, hasMail: false })];
  expect(planEscalations(plan, "escalated_to_everyone", people, three)).toEqual({
    seenIds: ["a", "b"],
    toldIds: [],
    waiting: new Map(),
  });
  expect(plan.notifications.map(({ state }) => state)).toEqual(["skipped", "skipped"]);
});

it("keeps the hourly limit", () => {
  const plan = emptyPlan(30);
  planEscalations(plan, "escalated_to_admins", [person("both", ["east"])], three);
  expect(plan.notifications.map(({ state }) => state)).toEqual(["rate_limited", "rate_limited"]);
  expect(plan.digestsDue.rate_limited.has("both")).toBe(true);
});
