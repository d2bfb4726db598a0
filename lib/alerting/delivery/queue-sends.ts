import type { Transaction } from "#db/client.ts";
import type { NewNotification } from "#db/queries/alerting/notifications.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { newId } from "#lib/platform/ids.ts";

/**
 * Queues notifications to be sent. Web pushes and e-mails have separate lanes, so that a slow mail server delays no web
 * push.
 */
export async function queueSends(
  tx: Transaction,
  organisationId: string,
  notifications: readonly Pick<NewNotification, "id" | "channel">[],
): Promise<void> {
  const idsBy = (channel: "web_push" | "email") =>
    notifications
      .filter((notification) => (notification.channel ?? "web_push") === channel)
      .map(({ id }) => id);
  await queueAlertingWork(tx, organisationId, "web_push", idsBy("web_push"), newId);
  await queueAlertingWork(tx, organisationId, "email", idsBy("email"), newId);
}
