import { type Hours, isOnCall, nextStart } from "./on-call-hours.ts";
import type { DetectionReason } from "./notification.ts";
import type { NamedSeverity, Severity } from "./severity.ts";

/** A person's preferences: what to notify them of, and when. */
export type Preferences = {
  isOn: boolean;
  severities: readonly Severity[];
  /** null means all that the person may see */
  configurationIds: readonly string[] | null;
  /** null means always on call */
  hours: Hours | null;
  /** severities that notify outside these hours too; the others are deferred */
  alwaysNotify: readonly Severity[];
};
/** The preferences of everyone who has saved none. */
export const defaultPreferences: Preferences = {
  isOn: true,
  severities: ["high"],
  configurationIds: null,
  hours: null,
  alwaysNotify: ["high"],
};

/** The severity that decides who is notified. Unknown counts as High, because it may be anything. */
export const severityCountedAs = (severity: Severity): NamedSeverity =>
  severity === "unknown" ? "high" : severity;

/** Whether somebody must be notified at once, whatever anyone's preferences say. */
export const mustNotify = (severity: Severity): boolean => severityCountedAs(severity) === "high";

/** A member of the team as they are now. */
export type Person = {
  userId: string;
  isAdmin: boolean;
  /** whether they may see the alert */
  mayRead: boolean;
  preferences: Preferences;
  /** devices that can be sent to */
  deviceIds: readonly string[];
  /** whether an e-mail can reach them */
  hasMail: boolean;
};

/** The properties of an alert that decide its recipients. */
export type Subject = { severity: Severity; configurationId: string };

/**
 * A person and one way to notify them: a device, e-mail, a digest when their hours begin (`deferred`), or `none` if they should
 * be notified but can't be reached.
 */
export type Recipient = { userId: string; reason: DetectionReason } & (
  | { way: "web_push"; deviceId: string }
  | { way: "email" }
  | { way: "deferred"; until: Date }
  | { way: "none" }
);

/** Whether a person wants to be notified of an alert, at whatever time. */
export function wants(
  { preferences }: Pick<Person, "preferences">,
  { severity, configurationId }: Subject,
): boolean {
  const { isOn, severities, configurationIds } = preferences;
  if (!isOn || !severities.includes(severityCountedAs(severity))) return false;
  return configurationIds === null || configurationIds.includes(configurationId);
}

/** Whether somebody who wants an alert is notified of it now: they are on call, or the severity always notifies. */
export const notifiesNow = ({ hours, alwaysNotify }: Preferences, severity: Severity, now: Date): boolean =>
  isOnCall(hours, now) || alwaysNotify.includes(severityCountedAs(severity));

const byWebPush = ({ userId, deviceIds }: Person, reason: DetectionReason): Recipient[] =>
  [...new Set(deviceIds)].map((deviceId) => ({ userId, reason, way: "web_push", deviceId }));

/** Returns all ways to reach a person now: web push on every device, or else e-mail, or else `none`. */
const byAnyWay = (person: Person, reason: DetectionReason): Recipient[] => {
  if (person.deviceIds.length > 0) return byWebPush(person, reason);
  return [{ userId: person.userId, reason, way: person.hasMail ? "email" : "none" }];
};

/** Returns how a person who wants the alert gets it: on every device, deferred outside their hours, or `none` without a device. */
function byPreferences(person: Person, severity: Severity, reason: DetectionReason, now: Date): Recipient[] {
  const { userId, preferences, deviceIds } = person;
  if (!notifiesNow(preferences, severity, now)) {
    const until = preferences.hours && nextStart(preferences.hours, now);
    // hours that never begin would defer it forever
    if (until) return [{ userId, reason, way: "deferred", until }];
  }
  return deviceIds.length > 0 ? byWebPush(person, reason) : [{ userId, reason, way: "none" }];
}

/** Whether a recipient is reached; with `mustBeNow`, a deferred one isn't. */
const isReached = ({ way }: Recipient, mustBeNow: boolean) =>
  way === "web_push" || way === "email" || (way === "deferred" && !mustBeNow);

/**
 * Returns the recipients of an alert: everyone who may see it and wants it, on each of their devices, deferred outside their
 * hours unless its severity always notifies. An alert that would reach nobody falls back to the admins who may see it. High
 * alerts notify them at once, whatever their preferences. Another severity that somebody wants is treated as if the admins wanted it too.
 */
export function recipientsOf(subject: Subject, people: readonly Person[], now: Date): Recipient[] {
  const { severity } = subject;
  const readers = people.filter((person) => person.mayRead);
  const wanting = readers.filter((person) => wants(person, subject));
  const recipients = wanting.flatMap((person) => byPreferences(person, severity, "raised", now));
  const mustBeNow = mustNotify(severity);
  const isAnyoneReached = recipients.some((recipient) => isReached(recipient, mustBeNow));
  if (isAnyoneReached || (!mustBeNow && wanting.length === 0)) return recipients;
  const fallback = fallbackRecipients(severity, readers, now);
  const replaced = new Set(fallback.map(({ userId }) => userId));
  return [...recipients.filter(({ userId }) => !replaced.has(userId)), ...fallback];
}

/** Returns the admins to notify of an alert that reaches nobody else. Leaves out admins who can't be reached. */
export function fallbackRecipients(severity: Severity, people: readonly Person[], now: Date): Recipient[] {
  const admins = people.filter((person) => person.isAdmin && person.mayRead);
  return admins
    .flatMap((admin) => {
      const preferred = mustNotify(severity) ? [] : byPreferences(admin, severity, "fallback", now);
      return preferred.some(({ way }) => way === "deferred") ? preferred : byAnyWay(admin, "fallback");
    })
    .filter(({ way }) => way !== "none");
}

export type Escalation = "escalated_to_everyone" | "escalated_to_admins";

/**
 * Returns the recipients of an escalation, whatever their preferences: at first everyone who may see the alert, then the admins,
 * by e-mail too.
 */
export function escalationRecipients(escalation: Escalation, people: readonly Person[]): Recipient[] {
  const readers = people.filter((person) => person.mayRead);
  if (escalation === "escalated_to_everyone")
    return readers.flatMap((person) => byAnyWay({ ...person, hasMail: false }, escalation));
  return readers
    .filter((person) => person.isAdmin)
    .flatMap((admin): Recipient[] => [
      ...byWebPush(admin, escalation),
      ...(admin.hasMail ? [{ userId: admin.userId, reason: escalation, way: "email" } as const] : []),
    ]);
}
