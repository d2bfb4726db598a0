import { and, eq, inArray, sql } from "drizzle-orm";
import { digestedStates } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { insertRecords } from "../../records.ts";
import { notificationGroups, notifications } from "../../schema/index.ts";
import type { NotificationRow } from "./notifications.ts";

export type NewGroup = Omit<typeof notificationGroups.$inferInsert, "organisationId">;

/** The SQL condition for the groups that a detection is in. */
export const isGroupOf = (organisationId: string, detectionId: string) =>
  and(eq(notificationGroups.organisationId, organisationId), eq(notificationGroups.detectionId, detectionId));

/** The SQL condition that joins a group with the notifications that count its detection. */
export const isGroupedInto = and(
  eq(notificationGroups.organisationId, notifications.organisationId),
  eq(notificationGroups.intoDetectionId, notifications.detectionId),
  eq(notificationGroups.intoReason, notifications.reason),
  eq(notificationGroups.intoRound, notifications.round),
);

/** Groups detections into other detections' notifications. Skips detections that are already grouped. */
export async function insertGroups(
  tx: Transaction,
  organisationId: string,
  rows: readonly NewGroup[],
): Promise<void> {
  await insertRecords(
    tx,
    notificationGroups,
    rows.map((row) => ({ ...row, organisationId })),
    sql`on conflict do nothing`,
  );
}

/**
 * Counts the alerts that were grouped into these notifications, keyed by notification id. The result lacks notifications
 * without such alerts.
 */
export async function countGrouped(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const byDevice = await tx
    .select({ id: sql<string>`${notifications.groupedInto}`, count: sql<number>`count(*)::int` })
    .from(notifications)
    .where(
      and(eq(notifications.organisationId, organisationId), inArray(notifications.groupedInto, [...ids])),
    )
    .groupBy(notifications.groupedInto);
  const byDetection = await tx
    .select({ id: notifications.id, count: sql<number>`count(*)::int` })
    .from(notifications)
    .innerJoin(notificationGroups, isGroupedInto)
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.id, [...ids])))
    .groupBy(notifications.id);
  const counts = new Map<string, number>();
  for (const { id, count } of [...byDevice, ...byDetection]) counts.set(id, (counts.get(id) ?? 0) + count);
  return counts;
}

/**
 * Lists the ids of up to `limit` detections that a notification counts: those grouped into the notification, or those kept
 * for its digest.
 */
export async function listCountedBy(
  tx: Transaction,
  { organisationId, id, detectionId, digestId, reason, round }: NotificationRow,
  limit: number,
): Promise<string[]> {
  const isCounted =
    detectionId === null && digestId !== null
      ? and(eq(notifications.digestId, digestId), inArray(notifications.state, [...digestedStates]))
      : eq(notifications.groupedInto, id);
  const byDevice = await tx
    .selectDistinct({ id: notifications.detectionId })
    .from(notifications)
    .where(and(eq(notifications.organisationId, organisationId), isCounted))
    .limit(limit);
  const byDetection = detectionId
    ? await tx
        .select({ id: notificationGroups.detectionId })
        .from(notificationGroups)
        .where(
          and(
            eq(notificationGroups.organisationId, organisationId),
            eq(notificationGroups.intoDetectionId, detectionId),
            eq(notificationGroups.intoReason, reason),
            eq(notificationGroups.intoRound, round),
          ),
        )
        .limit(limit)
    : [];
  return [...new Set([...byDevice, ...byDetection].flatMap((row) => row.id ?? []))];
}
