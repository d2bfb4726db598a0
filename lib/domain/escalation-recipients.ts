import {
  byAnyWay,
  byWebPush,
  isEscalated,
  isUrgent,
  type Person,
  type Recipient,
  type Subject,
} from "./recipients.ts";
import { isWithinHours } from "./shift.ts";

/** The steps of an escalation: first everyone who may see the alert, then the admins. */
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
