import { type AnyColumn, and, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { digestedStates, type NotificationReason, reachingStates } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { detections, digests, notificationGroups, notifications } from "../../schema/index.ts";
import { isGroupedInto, isGroupOf } from "./groups.ts";

/** The SQL condition that a notification or a group belongs to its detection's current round. */
const isOfCurrentRound = (organisationId: string, detectionId: string, round: AnyColumn) =>
  sql`${round} = (select d.notify_round from detections d
    where d.organisation_id = ${organisationId}::uuid and d.id = ${detectionId}::uuid)`;

/**
 * Whether anyone was or may still be notified of a detection in its current round. A notification whose digest is still to be sent, or was sent,
 * counts. With `now`, a deferred or rate-limited one doesn't: its digest may be hours away. With `among`, only these people count.
 */
export async function isAnyoneNotified(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  { now = false, among = null }: { now?: boolean; among?: readonly string[] | null } = {},
): Promise<boolean> {
  const target = alias(notifications, "target");
  const digestNotification = alias(notifications, "digest_notification");
  // the digest of the alert, or of the incident's member that stands for it
  const digestId = sql`coalesce(${notifications.digestId}, ${target.digestId})`;
  const mayReachByDigest = and(
    or(
      inArray(notifications.state, now ? ["gathered"] : [...digestedStates]),
      and(eq(notifications.state, "grouped"), eq(target.state, "gathered")),
    ),
    or(isNull(digests.endedAt), isNotNull(digestNotification.id)),
  );
  const rows = await tx
    .select({ id: notifications.id })
    .from(notifications)
    .leftJoin(
      target,
      and(eq(target.organisationId, notifications.organisationId), eq(target.id, notifications.groupedInto)),
    )
    .leftJoin(
      digests,
      and(eq(digests.organisationId, notifications.organisationId), eq(digests.id, digestId)),
    )
    .leftJoin(
      digestNotification,
      and(
        eq(digestNotification.organisationId, notifications.organisationId),
        eq(digestNotification.digestId, digestId),
        isNull(digestNotification.detectionId),
        inArray(digestNotification.state, [...reachingStates]),
      ),
    )
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.detectionId, detectionId),
        among ? inArray(notifications.userId, [...among]) : undefined,
        isOfCurrentRound(organisationId, detectionId, notifications.round),
        or(
          inArray(notifications.state, [...reachingStates]),
          mayReachByDigest,
          and(eq(notifications.state, "grouped"), inArray(target.state, [...reachingStates])),
        ),
      ),
    )
    .limit(1);
  return rows.length > 0 || isGrouped(tx, organisationId, detectionId);
}

/** Whether notifications of another alert stand for a detection in its current round. */
async function isGrouped(tx: Transaction, organisationId: string, detectionId: string): Promise<boolean> {
  const grouped = await tx
    .select({ id: notifications.id })
    .from(notificationGroups)
    .innerJoin(notifications, and(isGroupedInto, inArray(notifications.state, [...reachingStates])))
    .where(
      and(
        isGroupOf(organisationId, detectionId),
        isOfCurrentRound(organisationId, detectionId, notificationGroups.round),
      ),
    )
    .limit(1);
  return grouped.length > 0;
}

/**
 * Returns which of these detections have a notification for this reason, or were grouped for this reason by version 0.2.0, in their
 * current round.
 */
export async function listNotifiedFor(
  tx: Transaction,
  organisationId: string,
  detectionIds: readonly string[],
  reason: NotificationReason,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const table of [notifications, notificationGroups]) {
    const rows = await tx
      .selectDistinct({ id: detections.id })
      .from(detections)
      .innerJoin(
        table,
        and(
          eq(table.organisationId, detections.organisationId),
          eq(table.detectionId, detections.id),
          eq(table.round, detections.notifyRound),
          eq(table.reason, reason),
        ),
      )
      .where(and(eq(detections.organisationId, organisationId), inArray(detections.id, [...detectionIds])));
    for (const { id } of rows) found.add(id);
  }
  return found;
}
