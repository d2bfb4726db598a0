import { type AnyColumn, and, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { digestedStates, type NotificationReason, reachingStates } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { digests, notificationGroups, notifications } from "../../schema/index.ts";
import { isGroupedInto, isGroupOf } from "./groups.ts";

/** The SQL condition that a notification or a group belongs to its detection's current round. */
const isOfCurrentRound = (organisationId: string, detectionId: string, round: AnyColumn) =>
  sql`${round} = (select d.notify_round from detections d
    where d.organisation_id = ${organisationId}::uuid and d.id = ${detectionId}::uuid)`;

/**
 * Whether anyone was or may still be notified of a detection in its current round. With `now`, a notification that is kept for a digest doesn't
 * count. Without `now`, such a notification counts unless its digest was dropped for lack of a recipient.
 */
export async function isAnyoneNotified(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  now: boolean,
): Promise<boolean> {
  const target = alias(notifications, "target");
  const digestNotification = alias(notifications, "digest_notification");
  const mayReachByDigest = and(
    inArray(notifications.state, [...digestedStates]),
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
      and(eq(digests.organisationId, notifications.organisationId), eq(digests.id, notifications.digestId)),
    )
    .leftJoin(
      digestNotification,
      and(
        eq(digestNotification.organisationId, notifications.organisationId),
        eq(digestNotification.digestId, notifications.digestId),
        isNull(digestNotification.detectionId),
        inArray(digestNotification.state, [...reachingStates]),
      ),
    )
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.detectionId, detectionId),
        isOfCurrentRound(organisationId, detectionId, notifications.round),
        or(
          inArray(notifications.state, [...reachingStates]),
          now ? undefined : mayReachByDigest,
          and(eq(notifications.state, "grouped"), inArray(target.state, [...reachingStates])),
        ),
      ),
    )
    .limit(1);
  if (rows.length > 0) return true;
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

/** Whether a detection has a notification for this reason, or was grouped for this reason, in its current round. */
export async function isNotifiedFor(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  reason: NotificationReason,
): Promise<boolean> {
  const rows = await tx
    .select({ id: notifications.id })
    .from(notifications)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.detectionId, detectionId),
        eq(notifications.reason, reason),
        isOfCurrentRound(organisationId, detectionId, notifications.round),
      ),
    )
    .limit(1);
  if (rows.length > 0) return true;
  const groups = await tx
    .select({ detectionId: notificationGroups.detectionId })
    .from(notificationGroups)
    .where(
      and(
        isGroupOf(organisationId, detectionId),
        eq(notificationGroups.reason, reason),
        isOfCurrentRound(organisationId, detectionId, notificationGroups.round),
      ),
    );
  return groups.length > 0;
}

/** Takes a lock on a detection's fallback until commit. Only one worker at a time can decide on the fallback. */
export async function lockFallback(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext(${`fallback ${organisationId} ${detectionId}`}))`,
  );
}
