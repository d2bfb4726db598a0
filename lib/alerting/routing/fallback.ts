import { holdDetections } from "#db/queries/ingest/hold-detections.ts";
import type { Transaction } from "#db/client.ts";
import { isAnyoneNotified, lockFallback } from "#db/queries/alerting/notified.ts";
import { fallbackRecipients, isUrgent, notifiesAbout } from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import { listPeople, peopleFor } from "./list-people.ts";
import { listOpenDetections } from "./open-detections.ts";
import { openPlan, planNotifications } from "./plan-notifications.ts";
import { subjectOf } from "./subject.ts";
import { recordInTimelines } from "./timeline.ts";
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
  // all locks first and in one order, since each detection may take change numbers
  const ids = [...(await holdDetections(tx, organisationId, detectionIds))].toSorted();
  // of two notifications that fail at once, each would take the other for one that may reach somebody
  for (const id of ids) await lockFallback(tx, organisationId, id);
  for (const id of ids) await fallBack(services, tx, organisationId, id);
}

async function fallBack(
  services: Services,
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<void> {
  const [open] = await listOpenDetections(tx, organisationId, [detectionId]);
  if (!open || open.detection.isSample) return;
  const { severity, configurationId } = open.detection;
  const subject = subjectOf(open.configuration, severity);
  if (!notifiesAbout(subject)) return;
  if (await isAnyoneNotified(tx, organisationId, detectionId, isUrgent(subject))) return;
  const people = peopleFor(await listPeople(services, tx, organisationId), configurationId);
  const plan = await openPlan(services, tx, organisationId);
  planNotifications(plan, open.detection, fallbackRecipients(subject, people, services.now()), []);
  await writePlan(tx, plan);
  const isNotified = await isAnyoneNotified(tx, organisationId, detectionId, false);
  await recordInTimelines(services, tx, organisationId, [
    { detectionId, kind: isNotified ? "admins_notified" : "nobody_notified" },
  ]);
}
