import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { type GatheredKind, gatheredKinds } from "#lib/domain/digest.ts";
import { gatheredKindOf } from "#lib/domain/grouping.ts";
import { reachingStates } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { detections, digests, notifications } from "../../schema/index.ts";
import { detectionOfNotification, digestOfNotification } from "../joins.ts";

/**
 * Locks the planning of an organisation's notifications until commit. Only one worker at a time can plan for it, because each
 * plan depends on what was planned before. A transaction that also locks digests or leased rows of escalations locks this first.
 */
export async function lockPlanning(tx: Transaction, organisationId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`notifications ${organisationId}`}))`);
}

/** The number of messages about alerts that a person got. `urgent` counts those about High or unknown severity, without samples. */
export type RecentCount = { total: number; urgent: number };

/**
 * Counts the messages about alerts that each person got since `since`, keyed by user id. One message counts once on all devices,
 * and once for all alerts that it names. The result lacks people without messages.
 */
export async function countRecentByUser(
  tx: Transaction,
  organisationId: string,
  since: Date,
): Promise<Map<string, RecentCount>> {
  const message = sql`case ${notifications.state} when 'gathered' then ${notifications.digestId} else ${notifications.detectionId} end`;
  const rows = await tx
    .select({
      userId: notifications.userId,
      total: sql<number>`count(distinct ${message})::int`,
      urgent: sql<number>`count(distinct ${message}) filter (where ${detections.severity} in ('high', 'unknown') and not ${detections.isSample})::int`,
    })
    .from(notifications)
    .innerJoin(detections, detectionOfNotification)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        gt(notifications.queuedAt, since),
        inArray(notifications.state, [...reachingStates, "gathered"]),
        isNotNull(notifications.detectionId),
        eq(notifications.channel, "web_push"),
      ),
    )
    .groupBy(notifications.userId);
  return new Map(rows.map(({ userId, total, urgent }) => [userId, { total, urgent }]));
}

/** A person's last message of a class of alerts. `userId` and `kind` say whose and which. */
export type LastMessage = { userId: string; kind: GatheredKind; at: Date };

/**
 * Lists the messages about alerts that were queued for people after `since`, oldest first. Samples, and digests that don't name
 * their alerts, don't count. A failed message has not sounded. What was said of an alert in an earlier round doesn't count either:
 * the alert may have been of another class, and another High must have sounded for a High to wait.
 */
export async function listMessagesSince(
  tx: Transaction,
  organisationId: string,
  since: Date,
): Promise<LastMessage[]> {
  const rows = await tx
    .selectDistinct({
      userId: notifications.userId,
      at: notifications.queuedAt,
      severity: detections.severity,
      digestKind: digests.kind,
    })
    .from(notifications)
    .leftJoin(detections, detectionOfNotification)
    .leftJoin(digests, digestOfNotification)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        gt(notifications.queuedAt, since),
        inArray(notifications.state, [...reachingStates]),
        or(
          and(
            isNotNull(detections.id),
            eq(detections.isSample, false),
            eq(detections.notifyRound, notifications.round),
          ),
          inArray(digests.kind, [...gatheredKinds, "escalated"]),
        ),
      ),
    )
    .orderBy(asc(notifications.queuedAt));
  return rows.map(({ userId, at, severity, digestKind }) => ({
    userId,
    at,
    kind: severity
      ? gatheredKindOf(severity)
      : digestKind === "gathered_lower"
        ? digestKind
        : "gathered_high",
  }));
}

const selectRecent = (tx: Transaction) =>
  tx
    .select({
      id: notifications.id,
      userId: notifications.userId,
      /** null if a message that names several alerts told the person */
      deviceId: notifications.deviceId,
      // not null, see `isRecent`
      detectionId: sql<string>`${notifications.detectionId}`,
      reason: notifications.reason,
      round: notifications.round,
    })
    .from(notifications)
    .innerJoin(detections, detectionOfNotification);

/** A notification about a detection. A sample or an incident can be grouped into it. */
export type RecentNotification = Awaited<ReturnType<typeof selectRecent>>[number];

const isRecent = (organisationId: string, since: Date) =>
  and(
    eq(notifications.organisationId, organisationId),
    gt(notifications.queuedAt, since),
    // a failed notification reached nobody
    or(
      and(inArray(notifications.state, [...reachingStates]), isNotNull(notifications.deviceId)),
      and(eq(notifications.state, "gathered"), isNull(notifications.deviceId)),
    ),
    isNotNull(notifications.detectionId),
  );

/** Lists the notifications of a configuration's samples that were queued after `since`, newest first. */
export async function listRecentSamples(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  since: Date,
): Promise<RecentNotification[]> {
  return selectRecent(tx)
    .where(
      and(
        isRecent(organisationId, since),
        eq(notifications.reason, "sample"),
        eq(detections.configurationId, configurationId),
      ),
    )
    .orderBy(desc(notifications.queuedAt), desc(notifications.id));
}

/**
 * Lists the notifications of alerts of one configuration on one resource, newest first. Considers only those that were queued
 * after `since`. Leaves out incidents, and alerts less severe than `severityRank`.
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
