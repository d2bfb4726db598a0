import { inOrganisation } from "#db/client.ts";
import { isNotifiedFor } from "#db/queries/alerting/notified.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import {
  type NotificationLease,
  queueAlertingWork,
  removeNotificationLease,
} from "#db/queries/alerting/queue.ts";
import { lockAlertKinds } from "#db/queries/alerting/recent-notifications.ts";
import { holdDetections } from "#db/queries/ingest/hold-detections.ts";
import { type Escalation, escalationRecipients } from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import { newId } from "#lib/platform/ids.ts";
import { queueOutgoing } from "../webhook/queue-event.ts";
import { listPeople, peopleFor } from "./list-people.ts";
import { alertKindOf, listOpenDetections, type OpenDetection } from "./open-detections.ts";
import { openPlan, planNotifications } from "./plan-notifications.ts";
import { queueEscalations } from "./queue-escalations.ts";
import { openRecentAlike } from "./recent-alike.ts";
import { subjectOf } from "./subject.ts";
import { recordInTimelines } from "./timeline.ts";
import { writePlan } from "./write-plan.ts";

/** how long an escalation waits while a status change is under way: it may yet be undone or refused */
const pendingMs = 5_000;

/**
 * Notifies more people of an open High detection that nobody has acknowledged. The first escalation notifies everyone
 * who may see the detection. The second escalation notifies the admins again.
 */
export async function escalate(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: detectionId } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    await holdDetections(tx, organisationId, [detectionId]);
    const [open] = await listOpenDetections(tx, organisationId, [detectionId]);
    if (!open) return;
    if (open.detection.pendingStatus !== null)
      return queueAlertingWork(tx, organisationId, "escalation", [detectionId], newId, pendingMs);
    if (isTakenCareOf(open)) return;
    const isSecond = await isNotifiedFor(tx, organisationId, detectionId, "escalated_to_everyone");
    const escalation: Escalation = isSecond ? "escalated_to_admins" : "escalated_to_everyone";
    await queueOutgoing(services, tx, organisationId, { type: "detection.unacknowledged", detectionId });
    await lockAlertKinds(tx, organisationId, [alertKindOf(open)]);
    const people = await listPeople(services, tx, organisationId);
    const subject = subjectOf(open.configuration, open.detection.severity);
    const readers = peopleFor(people, open.detection.configurationId);
    const recipients = escalationRecipients(escalation, subject, readers, services.now());
    const plan = await openPlan(services, tx, organisationId);
    const recent = await openRecentAlike(services, tx, organisationId)(open, [escalation]);
    planNotifications(plan, open.detection, recipients, recent);
    await writePlan(tx, plan);
    // nobody may see it now, or it is of a test account and nobody is within their hours
    if (recipients.length === 0) return;
    if (!isSecond) await queueEscalations(tx, organisationId, [detectionId]);
    if (recipients.every(({ way }) => way === "none")) return;
    const { escalateMinutes } = await getPolicy(tx, organisationId);
    await recordInTimelines(services, tx, organisationId, [
      isSecond
        ? { detectionId, kind: "admins_notified_again", minutes: 2 * escalateMinutes }
        : { detectionId, kind: "everyone_notified", minutes: escalateMinutes },
    ]);
  });
}

/** Whether somebody has acknowledged a detection or changed its status, so that no escalation is needed. */
const isTakenCareOf = ({ detection: { status, acknowledgedAt } }: OpenDetection): boolean =>
  acknowledgedAt !== null || (status !== "active" && status !== "unknown");
