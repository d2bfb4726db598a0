import { type Hours, isOnCall, nextStart } from "./on-call-hours.ts";
import type { DetectionReason } from "./notification.ts";
import type { NamedSeverity, Severity } from "./severity.ts";

/** What a person wants to be told of, and when. */
export type Preferences = {
  isOn: boolean;
  severities: readonly Severity[];
  /** null: of all that they may see */
  configurationIds: readonly string[] | null;
  /** null: always on call */
  hours: Hours | null;
  /** what rings outside their hours as well; the rest waits for a summary when they begin */
  through: readonly Severity[];
};
/** What everyone is told of until they say otherwise. */
export const defaultPreferences: Preferences = {
  isOn: true,
  severities: ["high"],
  configurationIds: null,
  hours: null,
  through: ["high"],
};

/** A severity that the vendor doesn't name as one of its own may be any, so it counts as High. */
export const severityCountedAs = (severity: Severity): NamedSeverity =>
  severity === "unknown" ? "high" : severity;

/** Whether somebody has to be told at once, whatever anyone wishes. */
export const mustNotify = (severity: Severity): boolean => severityCountedAs(severity) === "high";

/** Someone of the team, as of now. */
export type Person = {
  userId: string;
  isAdmin: boolean;
  /** whether they may see what it is about */
  mayRead: boolean;
  wishes: Preferences;
  /** those that can be sent to */
  deviceIds: readonly string[];
  /** whether an e-mail can reach them */
  hasMail: boolean;
};

/** What is to be told of. */
export type Subject = { severity: Severity; configurationId: string };

/** What becomes of it for one person: sent to a device or as an e-mail, put off until their hours begin, or nothing to be done. */
export type Recipient = { userId: string; reason: DetectionReason } & (
  | { way: "push"; deviceId: string }
  | { way: "email" }
  | { way: "held"; until: Date }
  | { way: "none" }
);

/** Whether a person wishes to be told of it, at whatever time. */
export function wants({ wishes }: Pick<Person, "wishes">, { severity, configurationId }: Subject): boolean {
  const { isOn, severities, configurationIds } = wishes;
  if (!isOn || !severities.includes(severityCountedAs(severity))) return false;
  return configurationIds === null || configurationIds.includes(configurationId);
}

/** Whether it rings for someone who wishes to be told of it: within their hours, or because it comes through anyway. */
export const notifiesNow = ({ hours, through }: Preferences, severity: Severity, now: Date): boolean =>
  isOnCall(hours, now) || through.includes(severityCountedAs(severity));

const byPush = ({ userId, deviceIds }: Person, reason: DetectionReason): Recipient[] =>
  [...new Set(deviceIds)].map((deviceId) => ({ userId, reason, way: "push", deviceId }));

/** Recipient on every device of theirs; by e-mail where they have none; and where that can't be, that they weren't. */
const byAnyWay = (person: Person, reason: DetectionReason): Recipient[] => {
  if (person.deviceIds.length > 0) return byPush(person, reason);
  return [{ userId: person.userId, reason, way: person.hasMail ? "email" : "none" }];
};

/** What becomes of it for someone who wishes to be told of it. */
function recipientsFor(person: Person, severity: Severity, reason: DetectionReason, now: Date): Recipient[] {
  const { userId, wishes, deviceIds } = person;
  if (!notifiesNow(wishes, severity, now)) {
    const until = wishes.hours && nextStart(wishes.hours, now);
    // hours that never begin are no hours: rather told at once than never
    if (until) return [{ userId, reason, way: "held", until }];
  }
  return deviceIds.length > 0 ? byPush(person, reason) : [{ userId, reason, way: "none" }];
}

/** Whether somebody is told by it, or will be. */
const reaches = ({ way }: Recipient, atOnce: boolean) =>
  way === "push" || way === "email" || (way === "held" && !atOnce);

/**
 * Who is told of something, and how: everyone who may see it and wishes to be told, once on each of their devices, and
 * outside their hours only of what comes through; the rest waits for them. What would reach nobody goes to the admins
 * who may see it, on every device and else by e-mail: a High one at once, whatever they wish; another that somebody
 * wishes to be told of, as if they wished it too.
 */
export function recipientsOf(subject: Subject, people: readonly Person[], now: Date): Recipient[] {
  const { severity } = subject;
  const readers = people.filter((one) => one.mayRead);
  const wishing = readers.filter((one) => wants(one, subject));
  const told = wishing.flatMap((one) => recipientsFor(one, severity, "raised", now));
  const must = mustNotify(severity);
  if (told.some((one) => reaches(one, must)) || (!must && wishing.length === 0)) return told;
  const instead = fallbackRecipients(severity, readers, now);
  const fallen = new Set(instead.map(({ userId }) => userId));
  return [...told.filter(({ userId }) => !fallen.has(userId)), ...instead];
}

/** What goes to the admins because it reaches nobody else. */
export function fallbackRecipients(severity: Severity, people: readonly Person[], now: Date): Recipient[] {
  const admins = people.filter((one) => one.isAdmin && one.mayRead);
  return admins
    .flatMap((one) => {
      const first = mustNotify(severity) ? [] : recipientsFor(one, severity, "fallback", now);
      return first.some(({ way }) => way === "held") ? first : byAnyWay(one, "fallback");
    })
    .filter(({ way }) => way !== "none");
}

export type Escalation = "unacknowledged" | "admins";

/** Who is told when nobody acknowledged: first everyone who may see it, whatever they wish; then the admins, by e-mail too. */
export function escalationRecipients(step: Escalation, people: readonly Person[]): Recipient[] {
  const readers = people.filter((one) => one.mayRead);
  if (step === "unacknowledged") return readers.flatMap((one) => byAnyWay({ ...one, hasMail: false }, step));
  return readers
    .filter((one) => one.isAdmin)
    .flatMap((one): Recipient[] => [
      ...byPush(one, step),
      ...(one.hasMail ? [{ userId: one.userId, reason: step, way: "email" } as const] : []),
    ]);
}
