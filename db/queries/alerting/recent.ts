import { and, desc, eq, gt, gte, inArray, isNotNull, sql } from "drizzle-orm";
import type { NotificationReason } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { detections, notifications } from "../../schema/index.ts";

/** For how many alerts, and for how many that had to be told at once, each person's devices rang since `since`. */
export async function countRecentByUser(
  tx: Transaction,
  organisationId: string,
  since: Date,
): Promise<Map<string, { all: number; urgent: number }>> {
  const rows = await tx
    .select({
      userId: notifications.userId,
      all: sql<number>`count(distinct ${notifications.detectionId})::int`,
      urgent: sql<number>`count(distinct ${notifications.detectionId})
        filter (where ${detections.severity} in ('high', 'unknown'))::int`,
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
        inArray(notifications.state, ["queued", "accepted"]),
        isNotNull(notifications.detectionId),
        eq(notifications.channel, "push"),
      ),
    )
    .groupBy(notifications.userId);
  return new Map(rows.map(({ userId, all, urgent }) => [userId, { all, urgent }]));
}

/** What tells one kind of alerts from another: `alertType` is null where those of any type are alike. */
export type AlertKind = { configurationId: string; alertType: string | null };
export const alertKindKey = ({ configurationId, alertType }: AlertKind): string =>
  `${configurationId} ${alertType ?? ""}`;

/** Nobody else decides on alerts of these kinds until commit. */
export async function lockAlertKinds(
  tx: Transaction,
  organisationId: string,
  kinds: readonly AlertKind[],
): Promise<void> {
  const names = kinds.map((kind) => `rang ${organisationId} ${alertKindKey(kind)}`);
  // always in one order, or two of us could wait for each other
  await tx.execute(sql`
    select pg_advisory_xact_lock(hash) from (
      select distinct hashtext(name) as hash
      from json_array_elements_text(${JSON.stringify(names)}::json) as name order by 1
    ) as hashes`);
}

/**
 * The push notifications that rang since `since`, for one of `reasons`, for alerts of one kind, with what tells whether
 * another adds anything; the newest first.
 */
export async function listRecent(
  tx: Transaction,
  organisationId: string,
  { configurationId, alertType }: AlertKind,
  since: Date,
  reasons: readonly NotificationReason[],
) {
  return selectRang(tx)
    .where(
      and(
        rangSince(organisationId, since),
        inArray(notifications.reason, [...reasons]),
        eq(detections.configurationId, configurationId),
        alertType === null ? undefined : eq(detections.alertType, alertType),
      ),
    )
    .orderBy(desc(notifications.queuedAt), desc(notifications.id));
}

const selectRang = (tx: Transaction) =>
  tx
    .select({
      id: notifications.id,
      // `rangSince` leaves none without
      deviceId: sql<string>`${notifications.deviceId}`,
      detectionId: sql<string>`${notifications.detectionId}`,
      reason: notifications.reason,
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
    );

const rangSince = (organisationId: string, since: Date) =>
  and(
    eq(notifications.organisationId, organisationId),
    gt(notifications.queuedAt, since),
    // one that failed told nobody
    inArray(notifications.state, ["queued", "accepted"]),
    isNotNull(notifications.detectionId),
    isNotNull(notifications.deviceId),
  );

/**
 * The push notifications that rang since `since` for alerts of the same configuration on the same resource that are no
 * less severe and no incidents themselves.
 */
export async function listRecentOn(
  tx: Transaction,
  organisationId: string,
  of: { configurationId: string; resourceName: string; severityRank: number },
  since: Date,
) {
  return selectRang(tx)
    .where(
      and(
        rangSince(organisationId, since),
        eq(detections.configurationId, of.configurationId),
        eq(detections.resourceName, of.resourceName),
        gte(detections.severityRank, of.severityRank),
        eq(detections.isIncident, false),
      ),
    )
    .orderBy(desc(notifications.queuedAt), desc(notifications.id));
}
