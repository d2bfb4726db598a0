import { and, asc, desc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { NotificationReason } from "#lib/domain/notification.ts";
import type { Transaction } from "../client.ts";
import { insertRecords } from "../records.ts";
import { detections, devices, notifications, users } from "../schema/index.ts";

export type NotificationRow = typeof notifications.$inferSelect;
type NewNotification = Pick<
  NotificationRow,
  "id" | "detectionId" | "userId" | "deviceId" | "reason" | "queuedAt" | "state" | "foldedInto"
>;

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
    rows.map((row) => ({ ...row, organisationId })),
    sql`on conflict do nothing returning id`,
  );
  return inserted.map(({ id }) => id);
}

/**
 * The notifications that rang since `since`, for one of `reasons`, for alerts of one type of one configuration, with what
 * tells whether another adds anything. Nobody else decides on that type until commit.
 */
export async function lockRang(
  tx: Transaction,
  organisationId: string,
  of: { configurationId: string; alertType: string; since: Date; reasons: readonly NotificationReason[] },
) {
  const { configurationId, alertType, since, reasons } = of;
  const kind = `rang ${organisationId} ${configurationId} ${alertType}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${kind}))`);
  return tx
    .select({
      id: notifications.id,
      deviceId: notifications.deviceId,
      queuedAt: notifications.queuedAt,
      severityRank: detections.severityRank,
      tactics: detections.tactics,
    })
    .from(notifications)
    .innerJoin(
      detections,
      and(
        eq(detections.organisationId, notifications.organisationId),
        eq(detections.id, notifications.detectionId),
      ),
    )
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        gt(notifications.queuedAt, since),
        // one that failed told nobody
        inArray(notifications.state, ["queued", "accepted"]),
        inArray(notifications.reason, [...reasons]),
        eq(detections.configurationId, configurationId),
        eq(detections.alertType, alertType),
      ),
    )
    .orderBy(desc(notifications.queuedAt), desc(notifications.id));
}

/** How many notifications were counted into one. */
export async function countFolded(tx: Transaction, organisationId: string, id: string): Promise<number> {
  return tx.$count(
    notifications,
    and(eq(notifications.organisationId, organisationId), eq(notifications.foldedInto, id)),
  );
}

/** One notification with the device it goes to, or undefined when either is gone. */
export async function getNotification(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select({ notification: notifications, device: devices })
    .from(notifications)
    .innerJoin(
      devices,
      and(eq(devices.organisationId, notifications.organisationId), eq(devices.id, notifications.deviceId)),
    )
    .where(one(organisationId, id));
  return rows[0];
}

/** Says what a queued notification came to. */
export async function endNotification(
  tx: Transaction,
  organisationId: string,
  id: string,
  end: { state: "accepted"; acceptedAt: Date } | { state: "failed"; problem: string },
): Promise<void> {
  await tx
    .update(notifications)
    .set(end)
    .where(and(one(organisationId, id), eq(notifications.state, "queued")));
}

/** Notes that a notification was shown or opened, the first time only; gives its device, or null for one we don't know. */
export async function noteReceipt(
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
export async function noteActed(
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

/** Who was told of a detection, in the order in which they were. A device that was removed since has no name. */
export async function listTold(tx: Transaction, organisationId: string, detectionId: string) {
  return tx
    .select({
      id: notifications.id,
      reason: notifications.reason,
      person: users.displayName,
      device: devices.name,
      state: notifications.state,
      problem: notifications.problem,
      queuedAt: notifications.queuedAt,
      acceptedAt: notifications.acceptedAt,
      shownAt: notifications.shownAt,
      openedAt: notifications.openedAt,
      actedAt: notifications.actedAt,
    })
    .from(notifications)
    .innerJoin(users, eq(users.id, notifications.userId))
    .leftJoin(
      devices,
      and(eq(devices.organisationId, notifications.organisationId), eq(devices.id, notifications.deviceId)),
    )
    .where(and(eq(notifications.organisationId, organisationId), eq(notifications.detectionId, detectionId)))
    .orderBy(asc(notifications.queuedAt), asc(users.displayName), asc(notifications.id))
    .limit(200);
}
