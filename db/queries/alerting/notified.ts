import { and, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { digestedStates, type NotificationReason, reachingStates } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { digests, notificationGroups, notifications } from "../../schema/index.ts";
import { isGroupedInto, isGroupOf } from "./groups.ts";

/**
 * Whether anyone was or may still be notified of a detection. A notification whose digest is still to be sent, or was sent,
 * counts. With `now`, a deferred or rate-limited one doesn't: its digest may be hours away.
 */
export async function isAnyoneNotified(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  now: boolean,
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
        or(
          inArray(notifications.state, [...reachingStates]),
          mayReachByDigest,
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
    .where(isGroupOf(organisationId, detectionId))
    .limit(1);
  return grouped.length > 0;
}

/** Returns which of these detections have a notification for this reason. */
export async function listNotifiedFor(
  tx: Transaction,
  organisationId: string,
  detectionIds: readonly string[],
  reason: NotificationReason,
): Promise<Set<string>> {
  const rows = await tx
    .selectDistinct({ id: notifications.detectionId })
    .from(notifications)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        inArray(notifications.detectionId, [...detectionIds]),
        eq(notifications.reason, reason),
      ),
    );
  return new Set(rows.flatMap(({ id }) => id ?? []));
}
