import { holdDetections } from "#db/queries/ingest/hold-detections.ts";
import type { Transaction } from "#db/client.ts";
import { isAnyoneNotified } from "#db/queries/alerting/notified.ts";
import { lockPlanning } from "#db/queries/alerting/recent-notifications.ts";
import {
  fallbackRecipients,
  isUrgent,
  notifiesAbout,
  type Person,
  type Recipient,
  recipientsOf,
  type Subject,
} from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import { listPeople, peopleFor } from "./list-people.ts";
import { listOpenDetections, type OpenDetection } from "./open-detections.ts";
import { openPlan, planNotifications } from "./plan-notifications.ts";
import { subjectOf } from "./subject.ts";
import { type NotifiedEvent, recordInTimelines } from "./timeline.ts";
import { writePlan } from "./write-plan.ts";

/** the admins are notified of at most this many alerts of one failed notification or unsent digest */
export const fallbackMax = 500;

/**
 * Notifies the admins of the detections that have notified nobody else. If no admin can be reached, notifies the people off shift
 * for whom somebody on shift stood in. If that reaches nobody either, records this in the detection's timeline.
 */
export async function fallBackToAdmins(
  services: Services,
  tx: Transaction,
  organisationId: string,
  detectionIds: readonly string[],
): Promise<void> {
  const ids = [...(await holdDetections(tx, organisationId, detectionIds))].toSorted();
  if (ids.length === 0) return;
  // if two notifications failed at once without this, each transaction would count on the other notification
  await lockPlanning(tx, organisationId);
  const unsaid: OpenDetection[] = [];
  for (const open of await listOpenDetections(tx, organisationId, ids)) {
    const { id, severity, isSample } = open.detection;
    const subject = subjectOf(open.configuration, severity);
    if (isSample || !notifiesAbout(subject)) continue;
    if (!(await isAnyoneNotified(tx, organisationId, id, isUrgent(subject)))) unsaid.push(open);
  }
  if (unsaid.length === 0) return;
  const people = await listPeople(services, tx, organisationId);
  const plan = await openPlan(services, tx, organisationId);
  const fallen = new Set<string>();
  for (const { detection, configuration } of unsaid) {
    const readers = peopleFor(people, configuration.id);
    const subject = subjectOf(configuration, detection.severity);
    const admins = fallbackRecipients(subject, readers, services.now());
    if (admins.length > 0) fallen.add(detection.id);
    planNotifications(
      plan,
      detection,
      admins.length > 0 ? admins : othersOf(subject, readers, services.now()),
    );
  }
  await writePlan(tx, plan);
  const events: NotifiedEvent[] = [];
  for (const { detection } of unsaid) {
    const isNotified = await isAnyoneNotified(tx, organisationId, detection.id, false);
    if (!isNotified) events.push({ detectionId: detection.id, kind: "nobody_notified" });
    else if (fallen.has(detection.id)) events.push({ detectionId: detection.id, kind: "admins_notified" });
  }
  await recordInTimelines(services, tx, organisationId, events);
}

/** Returns the recipients of an alert whose notifications to the people on shift failed: those off shift whom they stood in for. */
const othersOf = (subject: Subject, readers: readonly Person[], now: Date): Recipient[] =>
  recipientsOf(
    subject,
    readers.map((person) => ({ ...person, hasVerifiedDevice: false })),
    now,
  ).filter(({ way }) => way === "web_push");
