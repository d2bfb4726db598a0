import type { NormalisedDetection } from "./detection.ts";
import type { Severity } from "./severity.ts";

/** Why a person is told. */
export const notificationReasons = ["raised", "fallback", "unacknowledged", "admins", "test"] as const;
export type NotificationReason = (typeof notificationReasons)[number];

/** How far a notification came; what happened after it was accepted is told by its times. */
export const notificationStates = ["queued", "accepted", "failed", "folded"] as const;
export type NotificationState = (typeof notificationStates)[number];

/** What waits in the queue: to be decided, to be escalated, to be sent, and to be said of what folded. */
export const notificationSubjects = ["detection", "escalation", "notification", "fold"] as const;
export type NotificationSubject = (typeof notificationSubjects)[number];

/** Within this time the first alert of a kind rings, and those like it are counted in its notification. */
export const foldsForMs = 60_000;
export type Kind = { severityRank: number; tactics: readonly string[] };

/** Whether an alert adds nothing to one of the same kind that rang: no higher severity, and no tactic that is new. */
export const addsNothing = (one: Kind, rang: Kind): boolean =>
  one.severityRank <= rang.severityRank && one.tactics.every((tactic) => rang.tactics.includes(tactic));

/** What an organisation decides for everyone. */
export type Rules = {
  /** an alert that is older than this at first sight is history, and history doesn't ring */
  ringMinutes: number;
  /** how long a High alert may stay unacknowledged before more people are told, each time */
  escalateMinutes: number;
  /** notifications name the severity and how many there are, and nothing of the alert */
  isPrivate: boolean;
};
export const usualRules: Rules = { ringMinutes: 60, escalateMinutes: 5, isPrivate: false };

/**
 * Whether a detection rings when it is first seen: open, no sample, and raised within the last `ringMinutes` by the
 * vendor's own time. One without a time of its own is as old as this moment: rather once too often than not at all.
 */
export function rings(
  { status, isSample, generatedAt, startedAt }: NormalisedDetection,
  { ringMinutes }: Pick<Rules, "ringMinutes">,
  now: Date,
): boolean {
  if (isSample || (status !== "active" && status !== "in_progress" && status !== "unknown")) return false;
  const at = generatedAt ?? startedAt;
  return at === null || now.getTime() - new Date(at).getTime() < ringMinutes * 60_000;
}

/** What a person wants to be told of. */
export type Wishes = { isOn: boolean; severities: readonly Severity[] };
/** What everyone is told of until they say otherwise. */
export const usualWishes: Wishes = { isOn: true, severities: ["high"] };

/** A severity that the vendor doesn't name as one of its own may be any, so it counts as High. */
const countsAs = (severity: Severity): Severity => (severity === "unknown" ? "high" : severity);

/** Whether somebody has to be told, whatever anyone wishes. */
export const mustBeTold = (severity: Severity): boolean => countsAs(severity) === "high";

export type Reachable = {
  userId: string;
  isAdmin: boolean;
  mayRead: boolean;
  wishes: Wishes;
  deviceIds: readonly string[];
};
export type Told = { userId: string; deviceId: string; reason: Exclude<NotificationReason, "test"> };

const toldOf = (people: readonly Reachable[], reason: Told["reason"]): Told[] =>
  people.flatMap(({ userId, deviceIds }) =>
    [...new Set(deviceIds)].map((deviceId) => ({ userId, deviceId, reason })),
  );

/**
 * Who is told of a detection, and on which devices: everyone who may see it and wishes to be told, once on each of
 * theirs. A High one that would reach nobody goes to the admins who may see it, whatever they wish.
 */
export function whoIsTold(severity: Severity, people: readonly Reachable[]): Told[] {
  const readers = people.filter((one) => one.mayRead);
  const wishing = readers.filter(
    ({ wishes }) => wishes.isOn && wishes.severities.includes(countsAs(severity)),
  );
  const told = toldOf(wishing, "raised");
  if (told.length > 0 || !mustBeTold(severity)) return told;
  return toldOf(
    readers.filter((one) => one.isAdmin),
    "fallback",
  );
}

export type Escalation = "unacknowledged" | "admins";

/** Who is told when nobody acknowledged: first everyone who may see it, whatever they wish, then the admins once more. */
export function whoIsToldMore(step: Escalation, people: readonly Reachable[]): Told[] {
  const readers = people.filter((one) => one.mayRead);
  return toldOf(step === "admins" ? readers.filter((one) => one.isAdmin) : readers, step);
}
