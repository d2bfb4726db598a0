import { and, asc, desc, eq, gte, inArray, isNotNull, lte, notInArray, sql } from "drizzle-orm";
import { reachingStates } from "#lib/domain/notification.ts";
import type { Severity } from "#lib/domain/severity.ts";
import type { Transaction } from "../../client.ts";
import { detections, notifications } from "../../schema/index.ts";
import { detectionOfNotification } from "../joins.ts";
import type { NotificationRow } from "./notifications.ts";

const isGatheredFor = (organisationId: string, digestId: string) =>
  and(
    eq(notifications.organisationId, organisationId),
    eq(notifications.digestId, digestId),
    eq(notifications.state, "gathered"),
    isNotNull(notifications.detectionId),
  );

/** A person's notification of an alert that a digest says. */
export type GatheredAlert = Pick<NotificationRow, "id" | "reason" | "round"> & { detectionId: string };

const alertColumns = {
  id: notifications.id,
  reason: notifications.reason,
  round: notifications.round,
  // not null, because only notifications of alerts are gathered or grouped
  detectionId: sql<string>`${notifications.detectionId}`,
};

/** Lists the alerts that were gathered for a digest. */
export async function listGathered(
  tx: Transaction,
  organisationId: string,
  digestId: string,
): Promise<GatheredAlert[]> {
  return tx.select(alertColumns).from(notifications).where(isGatheredFor(organisationId, digestId));
}

/**
 * Lists the alerts of which a person was notified singly from `from` until `until`. With `isHigh` only the High ones, otherwise
 * only the others.
 */
export async function listToldSingly(
  tx: Transaction,
  organisationId: string,
  { userId, isHigh, from, until }: { userId: string; isHigh: boolean; from: Date; until: Date },
): Promise<Omit<GatheredAlert, "id">[]> {
  // an unknown severity counts as High
  const high: Severity[] = ["high", "unknown"];
  return tx
    .selectDistinct({
      reason: notifications.reason,
      round: notifications.round,
      detectionId: sql<string>`${notifications.detectionId}`,
    })
    .from(notifications)
    .innerJoin(detections, detectionOfNotification)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.userId, userId),
        inArray(notifications.state, [...reachingStates]),
        inArray(notifications.reason, ["raised", "fallback"]),
        gte(notifications.queuedAt, from),
        lte(notifications.queuedAt, until),
        isHigh ? inArray(detections.severity, high) : notInArray(detections.severity, high),
      ),
    );
}

/** Records for each of these alerts, with a sentence, why it was left out of its digest. The person wasn't notified of it. */
export async function leaveOut(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
  problem: string,
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(notifications)
    .set({ state: "skipped", digestId: null, problem })
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.id, [...ids])));
}

/** Lists the notifications of alerts that were grouped into one of these. */
export async function listGroupedInto(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<GatheredAlert[]> {
  if (ids.length === 0) return [];
  return tx
    .select(alertColumns)
    .from(notifications)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.state, "grouped"),
        inArray(notifications.groupedInto, [...ids]),
      ),
    );
}

/**
 * Moves the alerts that were grouped into a person's notification `id` to the notifications that replace it: those of the same
 * person about the alert `into`, on the same device where there is one.
 */
export async function regroup(
  tx: Transaction,
  organisationId: string,
  id: string,
  into: Omit<GatheredAlert, "id">,
): Promise<void> {
  await tx.execute(sql`
    update notifications g set grouped_into = coalesce(
      (select min(n.id::text)::uuid from notifications n where ${isReplacement(into)} and n.device_id = g.device_id),
      (select min(n.id::text)::uuid from notifications n where ${isReplacement(into)}))
    where g.organisation_id = ${organisationId}::uuid and g.grouped_into = ${id}::uuid`);
}
const isReplacement = ({ detectionId, reason, round }: Omit<GatheredAlert, "id">) => sql`
  n.organisation_id = g.organisation_id and n.user_id = g.user_id and n.detection_id = ${detectionId}::uuid
  and n.reason = ${reason} and n.round = ${round}::int and n.state = 'queued'`;

/** Deletes notifications for which others stand. */
export async function deleteNotifications(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .delete(notifications)
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.id, [...ids])));
}

/**
 * Lists up to `limit` alerts that a digest says, the most urgent first and then the oldest, each with the number of all of them.
 * With `isOpen`, leaves out alerts that are closed or that somebody has taken on.
 */
export async function listSaid(
  tx: Transaction,
  organisationId: string,
  digestId: string,
  configurationIds: readonly string[],
  { isOpen, limit }: { isOpen: boolean; limit: number },
) {
  if (configurationIds.length === 0) return [];
  return tx
    .select({
      id: detections.id,
      title: detections.title,
      severity: detections.severity,
      resourceName: detections.resourceName,
      total: sql<number>`count(*) over ()::int`,
    })
    .from(notifications)
    .innerJoin(detections, detectionOfNotification)
    .where(
      and(
        isGatheredFor(organisationId, digestId),
        inArray(detections.configurationId, [...configurationIds]),
        isOpen
          ? and(inArray(detections.status, ["active", "unknown"]), sql`${detections.ownedSince} is null`)
          : undefined,
      ),
    )
    .orderBy(desc(urgency), asc(detections.receivedAt), asc(detections.id))
    .limit(limit);
}

// an unknown severity may be anything, so it comes first
const urgency = sql`case ${detections.severity} when 'unknown' then 9 else ${detections.severityRank} end`;
/** An alert that a digest names or counts. */
export type SaidAlert = Awaited<ReturnType<typeof listSaid>>[number];
