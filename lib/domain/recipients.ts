import type { Environment } from "./environment.ts";
import type { DetectionReason } from "./notification.ts";
import type { NamedSeverity, Severity } from "./severity.ts";
import { digestAt, isDaytime, isOnShift, isWithinHours, type Shift } from "./shift.ts";

/** A person's preferences: which alerts notify them, and when. */
export type Preferences = {
  isOn: boolean;
  severities: readonly Severity[];
  /** the configurations whose alerts notify the person; null means all that they may see */
  configurationIds: readonly string[] | null;
  shift: Shift;
  /** the severities that notify even outside the person's hours, while nobody on shift can be reached */
  alwaysNotify: readonly Severity[];
};
/** The preferences of a person who has saved none. */
export const defaultPreferences: Preferences = {
  isOn: true,
  severities: ["high", "medium"],
  configurationIds: null,
  shift: { kind: "unanswered", timeZone: null },
  alwaysNotify: ["high"],
};

/**
 * Returns the severity that decides who is notified of an alert. An unknown severity counts as High, because the alert may be
 * anything.
 */
export const severityCountedAs = (severity: Severity): NamedSeverity =>
  severity === "unknown" ? "high" : severity;

/** Whether an alert of this severity must notify somebody, even if nobody's preferences include it. */
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
  /** whether one of these devices is verified */
  hasVerifiedDevice: boolean;
  /** whether an e-mail can reach the person */
  hasMail: boolean;
};

/** The properties of an alert and its configuration that decide the alert's recipients. */
export type Subject = {
  severity: Severity;
  configurationId: string;
  environment: Environment;
  /** the severities that the configuration notifies about at all */
  notifyAbout: readonly Severity[];
};

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

/** Whether a configuration notifies about alerts of this severity at all. If not, an alert notifies nobody. */
export const notifiesAbout = ({ severity, notifyAbout }: Subject): boolean =>
  notifyAbout.includes(severityCountedAs(severity));

/** Whether an alert must notify somebody at once, at any hour. */
export const isUrgent = (subject: Subject): boolean =>
  mustNotify(subject.severity) && notifiesAbout(subject) && subject.environment === "production";

/** Whether an alert is escalated while nobody acknowledges it. */
export const isEscalated = (subject: Subject): boolean =>
  mustNotify(subject.severity) && notifiesAbout(subject);

/** Whether a person's preferences include an alert, without regard to the time. */
export function wants({ preferences }: Pick<Person, "preferences">, subject: Subject): boolean {
  const { isOn, severities, configurationIds, shift } = preferences;
  if (!isOn || shift.kind === "none" || !notifiesAbout(subject)) return false;
  // somebody who hasn't answered gets everything, most of it in a digest
  if (shift.kind !== "unanswered" && !severities.includes(severityCountedAs(subject.severity))) return false;
  return configurationIds === null || configurationIds.includes(subject.configurationId);
}

type Circumstances = {
  /** whether somebody on shift with a verified device is notified of the alert */
  isCovered?: boolean;
  /** whether the message is a digest, which may be about alerts of any severity */
  isDigest?: boolean;
};

/** Whether a person who wants an alert is notified of it now. */
export function notifiesNow(
  { shift, alwaysNotify }: Preferences,
  subject: Subject,
  now: Date,
  { isCovered = false, isDigest = false }: Circumstances = {},
): boolean {
  if (isOnShift(shift, now)) return true;
  const severity = severityCountedAs(subject.severity);
  const isTest = subject.environment === "test";
  if (shift.kind === "hours") return !isTest && !isCovered && alwaysNotify.includes(severity);
  if (shift.kind !== "unanswered") return false;
  if (severity === "high" && !isTest) return true;
  return (isDigest || severity === "high" || severity === "medium") && isDaytime(shift.timeZone, now);
}

/**
 * Whether an alert that was gathered for a person is still theirs to hear when the message is sent: their preferences or the
 * alert's configuration may have changed. `deferred`: it is of a test account now, and they are outside their hours.
 */
export function stillNotifies(
  person: Pick<Person, "preferences">,
  reason: DetectionReason,
  subject: Subject,
  now: Date,
): "now" | "deferred" | "unwanted" {
  // a fallback notifies admins whatever they chose
  if (!(reason === "fallback" ? notifiesAbout(subject) : wants(person, subject))) return "unwanted";
  return subject.environment === "test" && !isWithinHours(person.preferences.shift, now) ? "deferred" : "now";
}

/** Whether somebody with a verified device is on shift and wants the alert. People off shift aren't notified of it then. */
const isCoveredOnShift = (subject: Subject, people: readonly Person[], now: Date): boolean =>
  people.some(
    (person) =>
      person.mayRead &&
      person.hasVerifiedDevice &&
      isOnShift(person.preferences.shift, now) &&
      wants(person, subject),
  );

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

/** Returns the recipient of an alert that is deferred until a person's hours begin. */
export const deferred = (
  { userId, preferences }: Pick<Person, "userId" | "preferences">,
  reason: DetectionReason,
  now: Date,
): Recipient => ({ userId, reason, way: "deferred", until: digestAt(preferences.shift, now) });

/** Whether a recipient will get the alert. With `mustBeNow`, a deferred recipient will not. */
const isReached = ({ way }: Recipient, mustBeNow: boolean) =>
  way === "web_push" || way === "email" || (way === "deferred" && !mustBeNow);

/**
 * Returns the recipients of an alert: everyone who may see the alert and wants it, now or `deferred`. While somebody on shift
 * with a verified device is notified, people off shift are deferred. If the alert would reach nobody, the recipients are the
 * admins who may see it, with the way `none` if no admin can be reached; an alert that isn't High must be wanted by somebody for
 * that. With `isDigest`, the subject stands for several alerts in one message.
 */
export function recipientsOf(
  subject: Subject,
  people: readonly Person[],
  now: Date,
  { isDigest = false }: Pick<Circumstances, "isDigest"> = {},
): Recipient[] {
  if (!notifiesAbout(subject)) return [];
  const readers = people.filter((person) => person.mayRead);
  const wanting = readers.filter((person) => wants(person, subject));
  const isCovered = isCoveredOnShift(subject, readers, now);
  const recipients = wanting.flatMap((person): Recipient[] => {
    if (!notifiesNow(person.preferences, subject, now, { isCovered, isDigest }))
      return [deferred(person, "raised", now)];
    if (person.deviceIds.length > 0) return byWebPush(person, "raised");
    return [unreached(person, "raised")];
  });
  const isAnyoneReached = recipients.some((recipient) => isReached(recipient, isUrgent(subject)));
  if (isAnyoneReached || (!mustNotify(subject.severity) && wanting.length === 0)) return recipients;
  const fallback = fallbackRecipients(subject, readers, now);
  const replaced = new Set(fallback.map(({ userId }) => userId));
  const all = [...recipients.filter(({ userId }) => !replaced.has(userId)), ...fallback];
  if (all.length > 0 || isDigest || !isEscalated(subject)) return all;
  // who wasn't reached is on record, so that an escalation which somebody ended can be given back
  return readers.filter(({ isAdmin }) => isAdmin).map((admin) => unreached(admin, "fallback"));
}

const unreached = ({ userId }: Person, reason: DetectionReason): Recipient => ({
  userId,
  reason,
  way: "none",
});

/**
 * Returns the admins to notify of an alert that reaches nobody else, also those who aren't on call. Leaves out admins who can't
 * be reached. An alert that isn't urgent is deferred for admins who wouldn't be notified of it now.
 */
export function fallbackRecipients(subject: Subject, people: readonly Person[], now: Date): Recipient[] {
  if (!notifiesAbout(subject)) return [];
  const isNow = ({ shift, ...rest }: Preferences) =>
    isUrgent(subject) ||
    (shift.kind === "none" ? isDaytime(shift.timeZone, now) : notifiesNow({ shift, ...rest }, subject, now));
  return people
    .filter(
      ({ isAdmin, mayRead, deviceIds, hasMail }) => isAdmin && mayRead && (deviceIds.length > 0 || hasMail),
    )
    .flatMap((admin) =>
      isNow(admin.preferences) ? byAnyWay(admin, "fallback") : [deferred(admin, "fallback", now)],
    );
}

export type Escalation = "escalated_to_everyone" | "escalated_to_admins";

/**
 * Returns the recipients of an escalation, whatever severities they chose. The first escalation goes to everyone who may see
 * the alert, on shift or not; to people who aren't on call only if it would reach nobody else. The second escalation goes to
 * the admins, also by e-mail. An alert of a test account is escalated only to people within their hours.
 */
export function escalationRecipients(
  escalation: Escalation,
  subject: Subject,
  people: readonly Person[],
  now: Date,
): Recipient[] {
  if (!isEscalated(subject)) return [];
  const readers = people.filter(
    ({ mayRead, preferences: { shift } }) => mayRead && (isUrgent(subject) || isWithinHours(shift, now)),
  );
  if (escalation === "escalated_to_everyone") {
    const byDevices = (person: Person) => byAnyWay({ ...person, hasMail: false }, escalation);
    const onCall = readers.filter(({ preferences }) => preferences.shift.kind !== "none");
    const recipients = onCall.flatMap(byDevices);
    return recipients.some(({ way }) => way !== "none") ? recipients : readers.flatMap(byDevices);
  }
  return readers
    .filter((person) => person.isAdmin)
    .flatMap((admin): Recipient[] => [
      ...byWebPush(admin, escalation),
      ...(admin.hasMail ? [{ userId: admin.userId, reason: escalation, way: "email" } as const] : []),
    ]);
}
