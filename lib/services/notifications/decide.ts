import { inOrganisation, takeChanges, type Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/detection-writes.ts";
import { getDetectionRow } from "#db/queries/detections.ts";
import {
  type NotificationLease,
  queueNotifications,
  removeNotificationLease,
} from "#db/queries/notification-queue.ts";
import { insertNotifications, listTold } from "#db/queries/notifications.ts";
import {
  type Escalation,
  escalatesAfterMs,
  mustBeTold,
  type Told,
  whoIsTold,
  whoIsToldMore,
} from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "../context.ts";
import { listReachable } from "./reachable.ts";

/**
 * Decides who is told of a new detection and claims a notification for each of their devices, in one transaction
 * with the end of the lease: after a crash it is decided again, and nobody is claimed twice. A High one that nobody
 * wishes to be told of goes to the admins, and where nobody can be reached the timeline says so.
 */
export async function decideWhoIsTold(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: detectionId } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const found = await getDetectionRow(tx, organisationId, detectionId);
    if (!found) return;
    const { severity } = found.detection;
    const people = await listReachable(services, tx, organisationId, found.configuration.id);
    const told = whoIsTold(severity, people);
    await tell(services, tx, lease, told);
    if (!mustBeTold(severity)) return;
    // also where nobody was told: somebody may be reachable by then
    await queueNotifications(tx, organisationId, "escalation", [detectionId], newId, escalatesAfterMs);
    if (told.length === 0) await say(services, tx, lease, "nobody_told");
    else if (told.some((one) => one.reason === "fallback")) await say(services, tx, lease, "admins_told");
  });
}

/**
 * Tells more people of a High detection that nobody acknowledged and that is still open in its vendor: everyone who
 * may see it, and, when that didn't help either, the admins once more.
 */
export async function escalate(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: detectionId } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const found = await getDetectionRow(tx, organisationId, detectionId);
    if (!found) return;
    const { status, acknowledgedAt, pendingStatus } = found.detection;
    if (acknowledgedAt || pendingStatus || (status !== "active" && status !== "unknown")) return;
    const before = await listTold(tx, organisationId, detectionId);
    const step: Escalation = before.some((one) => one.reason === "unacknowledged")
      ? "admins"
      : "unacknowledged";
    const people = await listReachable(services, tx, organisationId, found.configuration.id);
    const told = whoIsToldMore(step, people);
    await tell(services, tx, lease, told);
    if (told.length === 0) return;
    await say(services, tx, lease, step === "admins" ? "admins_told_again" : "everyone_told");
    if (step === "unacknowledged")
      await queueNotifications(tx, organisationId, "escalation", [detectionId], newId, escalatesAfterMs);
  });
}

/** Claims what is to be sent and queues it. */
async function tell(
  services: Services,
  tx: Transaction,
  { organisationId, subjectId: detectionId }: NotificationLease,
  told: readonly Told[],
): Promise<void> {
  const queuedAt = services.now();
  const rows = told.map((one) => ({ ...one, id: newId(), detectionId, queuedAt }));
  const ids = await insertNotifications(tx, organisationId, rows);
  await queueNotifications(tx, organisationId, "notification", ids, newId);
}

/** Says in the timeline what was unusual about who was told. */
async function say(
  services: Services,
  tx: Transaction,
  { organisationId, subjectId: detectionId }: NotificationLease,
  kind: string,
): Promise<void> {
  const sequence = await takeChanges(tx, organisationId, 1);
  const event = { id: newId(), kind, actor: "PocketSOC", source: "worker", detail: {}, note: null } as const;
  await insertEvents(tx, organisationId, detectionId, services.now(), sequence, [event]);
}
