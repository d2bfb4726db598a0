import type { Transaction } from "#db/client.ts";
import { insertNotifications, type NewNotification } from "#db/queries/alerting/notifications.ts";
import type { ChangeReason, NotificationReason } from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { queueSends } from "../delivery/queue-sends.ts";
import type { TeamPerson } from "./list-people.ts";

/** The subject of a message to people on whichever devices they have: an alert, a digest, an alarm, changes or an added device. */
type Message = { organisationId: string; reason: NotificationReason } & (
  | { detectionId: string; round: number }
  | { digestId: string }
  | { alarmId: string; round: number }
  | { reason: ChangeReason; changeIds: string[] }
  | { reason: "device_added" }
);

/**
 * Notifies people of an alert, a digest, an alarm, changes or an added device on each of their devices. People without a device get an e-mail. With
 * `alsoByEmail` everyone gets an e-mail. Returns the number of notifications.
 */
export async function notifyPeople(
  services: Services,
  tx: Transaction,
  { organisationId, ...message }: Message,
  people: readonly Pick<TeamPerson, "userId" | "deviceIds" | "hasMail">[],
  { alsoByEmail = false } = {},
): Promise<number> {
  const queuedAt = services.now();
  const notifications = people.flatMap(({ userId, deviceIds, hasMail }): NewNotification[] => {
    const notification = { ...message, userId, queuedAt, state: "queued" as const };
    const isEmailed = hasMail && (alsoByEmail || deviceIds.length === 0);
    return [
      ...deviceIds.map((deviceId) => ({ ...notification, id: newId(), deviceId })),
      ...(isEmailed ? [{ ...notification, id: newId(), channel: "email" as const }] : []),
    ];
  });
  const insertedIds = new Set(await insertNotifications(tx, organisationId, notifications));
  await queueSends(
    tx,
    organisationId,
    notifications.filter(({ id }) => insertedIds.has(id)),
  );
  return insertedIds.size;
}
