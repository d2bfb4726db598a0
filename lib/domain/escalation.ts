import {
  byAnyWay,
  byWebPush,
  isEscalated,
  isUrgent,
  type Person,
  type Recipient,
  type Subject,
} from "./recipients.ts";
import { digestAt, isWithinHours } from "./shift.ts";

export type Escalation = "escalated_to_everyone" | "escalated_to_admins";

/**
 * Returns the recipients of an escalation, whatever severities they chose. The first escalation goes to everyone who may see
 * the alert, on shift or not; to people who aren't on call only if it would reach nobody else who may triage. The second escalation goes to
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
    const isReachable = onCall.some((person) => person.mayTriage && person.deviceIds.length > 0);
    return isReachable ? recipients : readers.flatMap(byDevices);
  }
  return readers
    .filter(({ isAdmin }) => isAdmin)
    .flatMap((admin): Recipient[] => [
      ...byWebPush(admin, escalation),
      ...(admin.hasMail ? [{ userId: admin.userId, reason: escalation, way: "email" } as const] : []),
    ]);
}

/**
 * Returns when an alert of a test account can be escalated, if nobody whom that would reach is within their hours: when the first
 * of their hours begin. Returns null for any other alert.
 */
export function escalatesAt(
  escalation: Escalation,
  subject: Subject,
  people: readonly Person[],
  now: Date,
): Date | null {
  if (!isEscalated(subject) || isUrgent(subject)) return null;
  const shifts = awaitedOf(escalation, people).map(({ preferences }) => preferences.shift);
  if (shifts.some((shift) => isWithinHours(shift, now))) return null;
  const [first] = shifts.map((shift) => digestAt(shift, now)).toSorted((a, b) => a.getTime() - b.getTime());
  return first ?? null;
}

/** Returns for whose hours an escalation waits: those whom it reaches and who can act, those whom it reaches, or else all. */
function awaitedOf(escalation: Escalation, people: readonly Person[]): readonly Person[] {
  const isForAll = escalation === "escalated_to_everyone";
  const readers = people.filter(({ mayRead, isAdmin }) => mayRead && (isForAll || isAdmin));
  const reached = readers.filter(({ deviceIds, hasMail }) => deviceIds.length > 0 || (!isForAll && hasMail));
  const acting = reached.filter(
    ({ mayTriage, preferences: { shift } }) => !isForAll || (mayTriage && shift.kind !== "none"),
  );
  return [acting, reached, readers].find((some) => some.length > 0) ?? [];
}
