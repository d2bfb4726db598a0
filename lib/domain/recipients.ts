import { type Hours, isOnCall, nextStart } from "./on-call-hours.ts";
import type { DetectionReason } from "./notification.ts";
import type { NamedSeverity, Severity } from "./severity.ts";

/** A person's preferences: which alerts notify them, and when. */
export type Preferences = {
  isOn: boolean;
  severities: readonly Severity[];
  /** the configurations whose alerts notify the person; null means all that they may see */
  configurationIds: readonly string[] | null;
  /** the person's on-call hours; null means always on call */
  hours: Hours | null;
  /** the severities that notify even outside the person's on-call hours */
  alwaysNotify: readonly Severity[];
};
/** The preferences of a person who has saved none. */
export const defaultPreferences: Preferences = {
  isOn: true,
  severities: ["high"],
  configurationIds: null,
  hours: null,
  alwaysNotify: ["high"],
};

/**
 * Returns the severity that decides who is notified of an alert. An unknown severity counts as High, because the alert may be
 * anything.
 */
export const severityCountedAs = (severity: Severity): NamedSeverity =>
  severity === "unknown" ? "high" : severity;

/** Whether an alert of this severity must notify somebody at once, even if nobody's preferences include it. */
export const mustNotify = (severity: Severity): boolean => severityCountedAs(severity) === "high";

/** A current member of the team. */
export type Person = {
  userId: string;
  isAdmin: boolean;
  /** whether the person may see the alert */
  mayRead: boolean;
  preferences: Preferences;
  /** the ids of the person's devices that can get notifications */
  deviceIds: readonly string[];
  /** whether an e-mail can reach the person */
  hasMail: boolean;
};

/** The properties of an alert that decide its recipients. */
export type Subject = { severity: Severity; configurationId: string };

/**
 * A person to notify of an alert. `way` is a device, e-mail, or `deferred` for a digest when the person's hours begin.
 * `way` is `none` if the person can't be reached.
 */
export type Recipient = { userId: string; reason: DetectionReason } & (
  | { way: "web_push"; deviceId: string }
  | { way: "email" }
  | { way: "deferred"; until: Date }
  | { way: "none" }
);

/** Whether a person's preferences include an alert, without regard to the time. */
export function wants(
  { preferences }: Pick<Person, "preferences">,
  { severity, configurationId }: Subject,
): boolean {
  const { isOn, severities, configurationIds } = preferences;
  if (!isOn || !severities.includes(severityCountedAs(severity))) return false;
  return configurationIds === null || configurationIds.includes(configurationId);
}

/**
 * Whether a person who wants an alert is notified of it now: the person is on call, or the alert's severity always notifies.
 */
export const notifiesNow = ({ hours, alwaysNotify }: Preferences, severity: Severity, now: Date): boolean =>
  isOnCall(hours, now) || alwaysNotify.includes(severityCountedAs(severity));

const byWebPush = ({ userId, deviceIds }: Person, reason: DetectionReason): Recipient[] =>
  [...new Set(deviceIds)].map((deviceId) => ({ userId, reason, way: "web_push", deviceId }));

/**
 * Returns how to notify a person now: by web push on every device. A person without a device gets an e-mail. `way` is
 * `none` if neither is possible.
 */
const byAnyWay = (person: Person, reason: DetectionReason): Recipient[] => {
  if (person.deviceIds.length > 0) return byWebPush(person, reason);
  return [{ userId: person.userId, reason, way: person.hasMail ? "email" : "none" }];
};

/**
 * Returns how to notify a person who wants an alert: on every device, `deferred` outside the person's hours, or `none`
 * without a device.
 */
function byPreferences(person: Person, severity: Severity, reason: DetectionReason, now: Date): Recipient[] {
  const { userId, preferences, deviceIds } = person;
  if (!notifiesNow(preferences, severity, now)) {
    const until = preferences.hours && nextStart(preferences.hours, now);
    // hours that never begin would defer it forever
    if (until) return [{ userId, reason, way: "deferred", until }];
  }
  return deviceIds.length > 0 ? byWebPush(person, reason) : [{ userId, reason, way: "none" }];
}

/** Whether a recipient will get the alert. With `mustBeNow`, a deferred recipient will not. */
const isReached = ({ way }: Recipient, mustBeNow: boolean) =>
  way === "web_push" || way === "email" || (way === "deferred" && !mustBeNow);

/**
 * Returns the recipients of an alert: everyone who may see the alert and wants it. If the alert would reach none of
 * them, the recipients are the admins who may see it. A High alert then notifies the admins at once. Any other alert
 * notifies the admins only if somebody wants it.
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
 * Returns the recipients of an escalation, whatever their preferences. The first escalation goes to everyone who may
 * see the alert. The second escalation goes to the admins, also by e-mail.
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
