import { and, desc, eq, gt, gte, inArray, isNotNull, sql } from "drizzle-orm";
import { type NotificationReason, reachingStates } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { detections, notifications } from "../../schema/index.ts";

const ofSameDetection = and(
  eq(detections.organisationId, notifications.organisationId),
  eq(detections.id, notifications.detectionId),
);

/** The number of alerts that a person's devices were notified of. `urgent` counts those of High or unknown severity. */
export type RecentCount = { total: number; urgent: number };

/**
 * Counts the alerts that each person was notified of since `since`, keyed by user id. The result lacks people without such
 * alerts.
 */
export async function countRecentByUser(
  tx: Transaction,
  organisationId: string,
  since: Date,
): Promise<Map<string, RecentCount>> {
  const rows = await tx
    .select({
      userId: notifications.userId,
      total: sql<number>`count(distinct ${notifications.detectionId})::int`,
      urgent: sql<number>`count(distinct ${notifications.detectionId})
        filter (where ${detections.severity} in ('high', 'unknown'))::int`,
    })
    .from(notifications)
    .innerJoin(detections, ofSameDetection)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        gt(notifications.queuedAt, since),
        inArray(notifications.state, [...reachingStates]),
        isNotNull(notifications.detectionId),
        eq(notifications.channel, "web_push"),
      ),
    )
    .groupBy(notifications.userId);
  return new Map(rows.map(({ userId, total, urgent }) => [userId, { total, urgent }]));
}

/**
 * Alerts that can be grouped with each other: they have the same configuration and alert type. `alertType` null means any
 * type.
 */
export type AlertKind = { configurationId: string; alertType: string | null };
export const alertKindKey = ({ configurationId, alertType }: AlertKind): string =>
  `${configurationId} ${alertType ?? ""}`;

/** Locks these kinds of alerts until commit. Only one worker at a time can plan notifications for a kind. */
export async function lockAlertKinds(
  tx: Transaction,
  organisationId: string,
  kinds: readonly AlertKind[],
): Promise<void> {
  const names = kinds.map((kind) => `alert kind ${organisationId} ${alertKindKey(kind)}`);
  // in order, because two transactions in different orders could deadlock
  await tx.execute(sql`
    select pg_advisory_xact_lock(hash) from (
      select distinct hashtext(name) as hash
      from json_array_elements_text(${JSON.stringify(names)}::json) as name order by 1
    ) as hashes`);
}

const selectRecent = (tx: Transaction) =>
  tx
    .select({
      id: notifications.id,
      // not null, see `isRecent`
      deviceId: sql<string>`${notifications.deviceId}`,
      detectionId: sql<string>`${notifications.detectionId}`,
      reason: notifications.reason,
      round: notifications.round,
      queuedAt: notifications.queuedAt,
      severityRank: detections.severityRank,
      tactics: detections.tactics,
    })
    .from(notifications)
    .innerJoin(detections, ofSameDetection);

/** A web push about a detection. Notifications of similar alerts can be grouped into it. */
export type RecentNotification = Awaited<ReturnType<typeof selectRecent>>[number];

const isRecent = (organisationId: string, since: Date) =>
  and(
    eq(notifications.organisationId, organisationId),
    gt(notifications.queuedAt, since),
    // a failed notification reached nobody
    inArray(notifications.state, [...reachingStates]),
    isNotNull(notifications.detectionId),
    isNotNull(notifications.deviceId),
  );

/**
 * Lists the web pushes for alerts of one kind, newest first. Considers only web pushes that were queued after `since` and
 * whose reason is one of `reasons`.
 */
export async function listRecentOfKind(
  tx: Transaction,
  organisationId: string,
  { configurationId, alertType }: AlertKind,
  since: Date,
  reasons: readonly NotificationReason[],
): Promise<RecentNotification[]> {
  return selectRecent(tx)
    .where(
      and(
        isRecent(organisationId, since),
        inArray(notifications.reason, [...reasons]),
        eq(detections.configurationId, configurationId),
        alertType === null ? undefined : eq(detections.alertType, alertType),
      ),
    )
    .orderBy(desc(notifications.queuedAt), desc(notifications.id));
}

/**
 * Lists the web pushes for alerts of one configuration on one resource, newest first. Considers only web pushes that were
 * queued after `since`. Leaves out incidents, and alerts less severe than `severityRank`.
 */
export async function listRecentOnResource(
  tx: Transaction,
  organisationId: string,
  on: { configurationId: string; resourceName: string; severityRank: number },
  since: Date,
): Promise<RecentNotification[]> {
  return selectRecent(tx)
    .where(
      and(
        isRecent(organisationId, since),
        eq(detections.configurationId, on.configurationId),
        eq(detections.resourceName, on.resourceName),
        gte(detections.severityRank, on.severityRank),
        eq(detections.isIncident, false),
      ),
    )
    .orderBy(desc(notifications.queuedAt), desc(notifications.id));
}
