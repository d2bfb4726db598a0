import type { Transaction } from "#db/client.ts";
import { isAnyoneNotified, lockFallback } from "#db/queries/alerting/notified.ts";
import { fallbackRecipients, mustNotify } from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import { listPeople, peopleFor } from "./list-people.ts";
import { listOpenDetections } from "./open-detections.ts";
import { openPlan, planNotifications } from "./plan-notifications.ts";
import { recordInTimelines } from "./timeline.ts";
import { writePlan } from "./write-plan.ts";

/** maximum number of alerts of a failed notification or an unsent digest that fall back to the admins */
export const fallbackMax = 500;

/**
 * Notifies the admins of a detection that reached nobody. If they can't be reached either, records that in its timeline. Does nothing if
 * one of its notifications has reached somebody or still may.
 */
export async function fallBackToAdmins(
  services: Services,
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<void> {
  // otherwise two notifications that fail at once would each count on the other
  await lockFallback(tx, organisationId, detectionId);
  const [open] = await listOpenDetections(tx, organisationId, [detectionId]);
  if (!open || open.detection.isSample) return;
  const { severity, configurationId } = open.detection;
  if (await isAnyoneNotified(tx, organisationId, detectionId, mustNotify(severity))) return;
  const people = peopleFor(await listPeople(services, tx, organisationId), configurationId);
  const plan = await openPlan(services, tx, organisationId);
  planNotifications(plan, open.detection, fallbackRecipients(severity, people, services.now()), []);
  await writePlan(tx, plan);
  const isNotified = await isAnyoneNotified(tx, organisationId, detectionId, false);
  await recordInTimelines(services, tx, organisationId, [
    { detectionId, kind: isNotified ? "admins_notified" : "nobody_notified" },
  ]);
}
