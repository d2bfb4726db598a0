import { inOrganisation, type Transaction } from "#db/client.ts";
import { countDeviceFailure, updateDevice } from "#db/queries/alerting/devices.ts";
import { listCountedBy } from "#db/queries/alerting/groups.ts";
import { failNotification, type NotificationRow } from "#db/queries/alerting/notifications.ts";
import {
  type NotificationLease,
  postponeNotification,
  removeNotificationLease,
} from "#db/queries/alerting/queue.ts";
import { type Backoff, backoffMs } from "#lib/domain/backoff.ts";
import type { Services } from "#lib/core/context.ts";
import { fallBackToAdmins, fallbackMax } from "../routing/fallback.ts";
import type { Prepared, SendResult } from "./prepared.ts";

const backoff: Backoff = { firstMs: 2_000, maxMs: 300_000 };

/**
 * Postpones a notification if another attempt may succeed. Otherwise records that the notification failed and what is
 * wrong with its device.
 */
export async function recordFailed(
  services: Services,
  lease: NotificationLease,
  { notification, retriedForMs }: Prepared,
  result: Exclude<SendResult, { outcome: "accepted" }>,
): Promise<void> {
  const now = services.now();
  if (result.outcome === "again" && now.getTime() - notification.queuedAt.getTime() < retriedForMs) {
    // our own backoff is the minimum, whatever the push service asks for
    const dueInMs = backoffMs(backoff, lease.attempts, Math.random, result.retryAfterMs ?? 0);
    return void (await postponeNotification(services.db, lease, dueInMs));
  }
  const { organisationId, deviceId } = notification;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    if (deviceId) {
      if (result.outcome === "failed" && result.isDeviceGone)
        await updateDevice(tx, organisationId, deviceId, { goneAt: now });
      await countDeviceFailure(tx, organisationId, deviceId, result.problem);
    }
    await failWithFallback(services, tx, organisationId, [{ notification, problem: result.problem }]);
  });
}

/** A notification that can't be sent, and a sentence that says why. */
export type Failure = { notification: NotificationRow; problem: string };

/**
 * Records notifications as failed. Notifies the admins of the alerts in these notifications if nobody else can be
 * notified.
 */
export async function failWithFallback(
  services: Services,
  tx: Transaction,
  organisationId: string,
  failures: readonly Failure[],
): Promise<void> {
  const detectionIds: string[] = [];
  for (const { notification, problem } of failures) {
    await failNotification(tx, organisationId, notification.id, problem);
    if (notification.detectionId) detectionIds.push(notification.detectionId);
    detectionIds.push(...(await listCountedBy(tx, notification, fallbackMax)));
  }
  await fallBackToAdmins(services, tx, organisationId, detectionIds);
}
