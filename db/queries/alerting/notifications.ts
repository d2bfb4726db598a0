import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { insertRecords } from "../../records.ts";
import { devices, notifications } from "../../schema/index.ts";

export type NotificationRow = typeof notifications.$inferSelect;
export type NewNotification = Pick<NotificationRow, "id" | "userId" | "reason" | "queuedAt" | "state"> &
  Partial<NotificationRow>;

const one = (organisationId: string, id: string) =>
  and(eq(notifications.organisationId, organisationId), eq(notifications.id, id));

/** Claims notifications: those that were claimed before are left. Gives the ids of the new ones. */
export async function insertNotifications(
  tx: Transaction,
  organisationId: string,
  rows: NewNotification[],
): Promise<string[]> {
  const inserted = await insertRecords<typeof notifications, { id: string }>(
    tx,
    notifications,
    rows.map((row) => ({ channel: "push" as const, round: 0, ...row, organisationId })),
    sql`on conflict do nothing returning id`,
  );
  return inserted.map(({ id }) => id);
}

/** These notifications, each with the device it goes to, which is null where it goes to none or it is gone. */
export async function listNotifications(tx: Transaction, organisationId: string, ids: readonly string[]) {
  return tx
    .select({ notification: notifications, device: devices })
    .from(notifications)
    .leftJoin(
      devices,
      and(eq(devices.organisationId, notifications.organisationId), eq(devices.id, notifications.deviceId)),
    )
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.id, [...ids])));
}

/** Says of queued notifications that they were accepted. */
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

/** Says of a queued notification that it came to nothing, and why. */
export async function failNotification(
  tx: Transaction,
  organisationId: string,
  id: string,
  problem: string,
): Promise<void> {
  await tx
    .update(notifications)
    .set({ state: "failed", problem })
    .where(and(one(organisationId, id), eq(notifications.state, "queued")));
}

/** Notes that a notification was shown or opened, the first time only; gives its device, or null for one we don't know. */
export async function recordReceiptOf(
  tx: Transaction,
  organisationId: string,
  id: string,
  what: "shown" | "opened",
  at: Date,
): Promise<string | null> {
  const column = what === "shown" ? notifications.shownAt : notifications.openedAt;
  const rows = await tx
    .update(notifications)
    .set(what === "shown" ? { shownAt: at } : { openedAt: at })
    .where(and(one(organisationId, id), isNull(column)))
    .returning({ deviceId: notifications.deviceId });
  return rows[0]?.deviceId ?? null;
}

/** Notes that a person acted on detections that they were told of, the first time only. */
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
        eq(notifications.state, "accepted"),
        isNull(notifications.actedAt),
      ),
    );
}
