import { inOrganisation, takeChanges } from "#db/client.ts";
import { insertEvents } from "#db/queries/detection-writes.ts";
import { getDetectionRow } from "#db/queries/detections.ts";
import { listSendableDevices } from "#db/queries/devices.ts";
import {
  type NotificationLease,
  queueNotifications,
  removeNotificationLease,
} from "#db/queries/notification-queue.ts";
import { insertNotifications } from "#db/queries/notifications.ts";
import { listMembers } from "#db/queries/people.ts";
import { whoIsTold } from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import { listReadable } from "../access.ts";
import type { Services } from "../context.ts";

/**
 * Decides who is told of a new detection and claims a notification for each of their devices, in one transaction
 * with the end of the lease: after a crash it is decided again, and nobody is claimed twice. Where nobody can be
 * reached, the timeline says so.
 */
export async function decideWhoIsTold(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: detectionId } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const found = await getDetectionRow(tx, organisationId, detectionId);
    if (!found) return;
    const now = services.now();
    const members = await listMembers(tx, organisationId);
    const userIds = members.map(({ userId }) => userId);
    const { readableOf } = await listReadable(services, tx, organisationId, userIds);
    const devices = Map.groupBy(await listSendableDevices(tx, organisationId), (one) => one.userId);
    const told = whoIsTold(
      userIds.map((userId) => ({
        userId,
        mayRead: readableOf(userId).includes(found.configuration.id),
        deviceIds: (devices.get(userId) ?? []).map(({ id }) => id),
      })),
    );
    const ids = await insertNotifications(
      tx,
      organisationId,
      told.map((one) => ({ ...one, id: newId(), detectionId, reason: "raised" as const, queuedAt: now })),
    );
    await queueNotifications(tx, organisationId, "notification", ids, newId);
    if (told.length > 0) return;
    const sequence = await takeChanges(tx, organisationId, 1);
    const event = {
      kind: "nobody_told",
      actor: "PocketSOC",
      source: "worker",
      detail: {},
      note: null,
    } as const;
    await insertEvents(tx, organisationId, detectionId, now, sequence, [{ id: newId(), ...event }]);
  });
}
