import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { insertRecords } from "../../records.ts";
import { devices, notifications } from "../../schema/index.ts";
import { deviceOfNotification } from "../joins.ts";

export type NotificationRow = typeof notifications.$inferSelect;
export type NewNotification = Pick<NotificationRow, "id" | "userId" | "reason" | "queuedAt" | "state"> &
  Partial<NotificationRow>;

const isNotification = (organisationId: string, id: string) =>
  and(eq(notifications.organisationId, organisationId), eq(notifications.id, id));

/** Inserts notifications. Skips notifications that already exist. Returns the ids of the inserted notifications. */
export async function insertNotifications(
  tx: Transaction,
  organisationId: string,
  rows: readonly NewNotification[],
): Promise<string[]> {
  const inserted = await insertRecords<typeof notifications, { id: string }>(
    tx,
    notifications,
    rows.map((row) => ({ channel: "web_push" as const, round: 0, ...row, organisationId })),
    sql`on conflict do nothing returning id`,
  );
  return inserted.map(({ id }) => id);
}

/** Returns notifications with their devices. The device is null if it was removed or the notification has none. */
export async function listNotifications(tx: Transaction, organisationId: string, ids: readonly string[]) {
  return tx
    .select({ notification: notifications, device: devices })
    .from(notifications)
    .leftJoin(devices, deviceOfNotification)
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.id, [...ids])));
}

/** Lists the ids of an alarm's notifications that are still to be sent. */
export async function listQueuedOfAlarm(
  tx: Transaction,
  organisationId: string,
  alarmId: string,
): Promise<string[]> {
  const rows = await tx
    .select({ id: notifications.id })
    .from(notifications)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.alarmId, alarmId),
        eq(notifications.state, "queued"),
      ),
    );
  return rows.map(({ id }) => id);
}

/** Marks queued notifications as accepted by the push service or the mail server. */
export async function acceptNotifications(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
  acceptedAt: Date,
): Promise<void> {
  await tx
    .update(notifications)
    .set({ state: "accepted", acceptedAt })
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        inArray(notifications.id, [...ids]),
        eq(notifications.state, "queued"),
      ),
    );
}

/** Marks a queued notification as failed. The reason is a sentence. */
export async function failNotification(
  tx: Transaction,
  organisationId: string,
  id: string,
  problem: string,
): Promise<void> {
  await tx
    .update(notifications)
    .set({ state: "failed", problem })
    .where(and(isNotification(organisationId, id), eq(notifications.state, "queued")));
}

/**
 * Records when a device first showed or opened a notification. Returns the device's id. Returns null if the time was
 * recorded before or the notification doesn't exist.
 */
export async function recordReceiptOf(
  tx: Transaction,
  organisationId: string,
  id: string,
  kind: "shown" | "opened",
  at: Date,
): Promise<string | null> {
  const column = kind === "shown" ? notifications.shownAt : notifications.openedAt;
  const rows = await tx
    .update(notifications)
    .set(kind === "shown" ? { shownAt: at } : { openedAt: at })
    .where(and(isNotification(organisationId, id), isNull(column)))
    .returning({ deviceId: notifications.deviceId });
  return rows[0]?.deviceId ?? null;
}

/**
 * Sets the time of the first action in a person's notifications for these detections that were accepted, or that a digest says.
 * Keeps a time that is already set.
 */
export async function recordActed(
  tx: Transaction,
  organisationId: string,
  { userId, detectionIds }: { userId: string; detectionIds: readonly string[] },
  at: Date,
): Promise<void> {
  await tx
    .update(notifications)
    .set({ actedAt: at })
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        inArray(notifications.detectionId, [...detectionIds]),
        eq(notifications.userId, userId),
        inArray(notifications.state, ["accepted", "gathered"]),
        isNull(notifications.actedAt),
      ),
    );
}

/**
 * Deletes up to `limit` notifications and groups that are older than `before`. Then deletes digests and alarms that ended
 * before `before` and have no notification left. Returns the number of deleted notifications and groups.
 */
export async function deleteOldNotifications(
  tx: Transaction,
  organisationId: string,
  before: Date,
  limit: number,
): Promise<number> {
  const at = before.toISOString();
  const groups = await tx.execute(sql`
    delete from notification_groups where organisation_id = ${organisationId}::uuid and (detection_id, reason, round) in (
      select detection_id, reason, round from notification_groups
      where organisation_id = ${organisationId}::uuid and at < ${at}::timestamptz limit ${limit})
    returning detection_id`);
  const rows = await tx.execute(sql`
    delete from notifications where organisation_id = ${organisationId}::uuid and id in (
      select id from notifications where organisation_id = ${organisationId}::uuid and queued_at < ${at}::timestamptz
        and state <> 'queued' limit ${limit})
    returning id`);
  for (const [table, names] of [
    [sql`digests`, sql`n.digest_id`],
    [sql`alarms`, sql`n.alarm_id`],
  ] as const)
    await tx.execute(sql`
      delete from ${table} d where organisation_id = ${organisationId}::uuid and ended_at < ${at}::timestamptz
        and not exists (select from notifications n where n.organisation_id = d.organisation_id and ${names} = d.id)`);
  return rows.length + groups.length;
}
