import { holdDetections } from "#db/queries/ingest/hold-detections.ts";
import type { Transaction } from "#db/client.ts";
import { isAnyoneNotified } from "#db/queries/alerting/notified.ts";
import { lockPlanning } from "#db/queries/alerting/recent-notifications.ts";
import { fallbackRecipients, isUrgent, notifiesAbout } from "#lib/domain/recipients.ts";
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
 * Notifies the admins of the detections that have notified nobody else. If no admin can be reached, records this in the
 * detection's timeline.
 */
export async function fallBackToAdmins(
  services: Services,
  tx: Transaction,
  organisationId: string,
  detectionIds: readonly string[],
): Promise<void> {
  const ids = [...(await holdDetections(tx, organisationId, detectionIds))].toSorted();
  if (ids.length === 0) return;
  // of two notifications that fail at once, each would take the other for one that may reach somebody
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
  for (const { detection, configuration } of unsaid) {
    const readers = peopleFor(people, configuration.id);
    const subject = subjectOf(configuration, detection.severity);
    planNotifications(plan, detection, fallbackRecipients(subject, readers, services.now()));
  }
  await writePlan(tx, plan);
  const events: NotifiedEvent[] = [];
  for (const { detection } of unsaid) {
    const isNotified = await isAnyoneNotified(tx, organisationId, detection.id, false);
    events.push({ detectionId: detection.id, kind: isNotified ? "admins_notified" : "nobody_notified" });
  }
  await recordInTimelines(services, tx, organisationId, events);
}
