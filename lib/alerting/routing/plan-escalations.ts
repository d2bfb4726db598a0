import { type Escalation, escalatesAt, escalationRecipients } from "#lib/domain/escalation.ts";
import type { Recipient } from "#lib/domain/recipients.ts";
import { peopleFor, type TeamPerson } from "./list-people.ts";
import type { OpenDetection } from "./open-detections.ts";
import { type Plan, planNotifications, planTogether } from "./plan-notifications.ts";
import { subjectOf } from "./subject.ts";

/**
 * Plans the notifications of one escalation of several detections. A person who is notified of more than one gets one message
 * about all of them. Returns the ids of the detections that somebody may see, and of those that somebody is notified of. `waiting`
 * has those that wait for somebody's hours, each with the time.
 */
export function planEscalations(
  plan: Plan,
  escalation: Escalation,
  people: readonly TeamPerson[],
  detections: readonly OpenDetection[],
): { seenIds: string[]; toldIds: string[]; waiting: Map<string, Date> } {
  const waiting = new Map<string, Date>();
  const all = detections.flatMap(({ detection, configuration }) => {
    const subject = subjectOf(configuration, detection.severity);
    const readers = peopleFor(people, configuration.id);
    const until = escalatesAt(escalation, subject, readers, plan.queuedAt);
    if (until) {
      waiting.set(detection.id, until);
      return [];
    }
    const recipients = escalationRecipients(escalation, subject, readers, plan.queuedAt);
    return recipients.map((recipient) => ({ detection, recipient }));
  });
  const reached = all.filter(({ recipient }) => recipient.way !== "none");
  for (const [userId, own] of Map.groupBy(all, ({ recipient }) => recipient.userId)) {
    const reachedOf = own.filter(({ recipient }) => recipient.way !== "none");
    const together = new Set(reachedOf.map(({ detection }) => detection));
    if (together.size > 1)
      planTogether(
        plan,
        userId,
        [...together],
        reachedOf.map(({ recipient }) => recipient),
      );
    const isTogether = (detection: OpenDetection["detection"]) =>
      together.size > 1 && together.has(detection);
    const alone = Map.groupBy(own, ({ detection }) => detection);
    for (const [detection, ofOne] of alone)
      if (!isTogether(detection)) planNotifications(plan, detection, recipientsOf(ofOne));
  }
  return { seenIds: idsOf(all), toldIds: idsOf(reached), waiting };
}

type Told = { detection: OpenDetection["detection"]; recipient: Recipient };
const recipientsOf = (told: readonly Told[]) => told.map(({ recipient }) => recipient);
const idsOf = (told: readonly Told[]) => [...new Set(told.map(({ detection }) => detection.id))];
