import { and, asc, desc, eq, inArray, max, sql } from "drizzle-orm";
import type { ChangeReason } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { detectionChanges, detections, notifications } from "../../schema/index.ts";

/** Returns when a person was last told of changes for this reason; null if never. */
export async function lastToldAt(
  tx: Transaction,
  organisationId: string,
  userId: string,
  reason: ChangeReason,
): Promise<Date | null> {
  const [row] = await tx
    .select({ at: max(notifications.queuedAt) })
    .from(notifications)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.userId, userId),
        eq(notifications.reason, reason),
      ),
    );
  return row?.at ?? null;
}

/**
 * Lists what a message about changes says, the most urgent first: changes on detections of these configurations that still aren't
 * saved, or whose detection `userId` still doesn't own. `by` is the person who made the change.
 */
export async function listToldChanges(
  tx: Transaction,
  organisationId: string,
  { changeIds, reason, userId, configurationIds }: ToldChanges,
) {
  if (changeIds.length === 0 || configurationIds.length === 0) return [];
  const isStill = {
    not_saved: inArray(detections.syncState, ["failed", "diverged"]),
    taken_over: sql`${detections.ownerId} is distinct from ${userId}::uuid`,
    silent: and(eq(detections.ownerId, userId), inArray(detections.status, ["active", "unknown"])),
    offered: eq(detections.offeredToId, userId),
    confirmed: eq(detections.verdict, "true_positive"),
    mentioned: sql`true`,
    reopened: inArray(detections.status, ["active", "in_progress", "unknown"]),
  }[reason];
  return tx
    .selectDistinctOn([detections.severityRank, detections.id], {
      detectionId: detections.id,
      title: detections.title,
      resourceName: detections.resourceName,
      message: detectionChanges.message,
      by: detectionChanges.requestedBy,
    })
    .from(detectionChanges)
    .innerJoin(
      detections,
      and(
        eq(detections.organisationId, detectionChanges.organisationId),
        eq(detections.id, detectionChanges.detectionId),
      ),
    )
    .where(
      and(
        eq(detectionChanges.organisationId, organisationId),
        inArray(detectionChanges.id, [...changeIds]),
        inArray(detections.configurationId, [...configurationIds]),
        // an undone change concerns nobody
        inArray(detectionChanges.state, ["held", "sending", "confirmed", "failed", "diverged"]),
        isStill,
      ),
    )
    .orderBy(desc(detections.severityRank), asc(detections.id), desc(detectionChanges.requestedAt));
}
type ToldChanges = {
  changeIds: readonly string[];
  reason: ChangeReason;
  userId: string;
  configurationIds: readonly string[];
};
export type ToldChange = Awaited<ReturnType<typeof listToldChanges>>[number];
