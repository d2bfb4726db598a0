import { and, eq, inArray, lt } from "drizzle-orm";
import { type Transaction, takeChanges } from "../../client.ts";
import {
  configurations,
  detectionCounts,
  detectionEvents,
  detectionSources,
  detections,
  detectionTombstones,
  notificationGroups,
  notifications,
  pipeTests,
  skippedAlerts,
  statusChanges,
  webhookHealth,
} from "../../schema/index.ts";
import { deleteAccountsFor } from "../sources/accounts.ts";

/** Lists configurations deleted before `before` that still have rows. */
export async function listDeletedConfigurations(
  tx: Transaction,
  organisationId: string,
  before: Date,
): Promise<string[]> {
  const rows = await tx
    .select({ id: configurations.id })
    .from(configurations)
    .where(and(eq(configurations.organisationId, organisationId), lt(configurations.deletedAt, before)));
  return rows.map((row) => row.id);
}

/** Whether a configuration is deleted but still has rows. */
export async function isBeingDeleted(tx: Transaction, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx
    .select({ deletedAt: configurations.deletedAt })
    .from(configurations)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
  return rows[0]?.deletedAt != null;
}

/** Deletes up to `limit` (at most 200) detections of a configuration and leaves tombstones. Returns the number of deleted ones. */
export async function deleteDetections(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  limit: number,
  at: Date,
): Promise<number> {
  const rows = await tx
    .select({ id: detections.id })
    .from(detections)
    .where(
      and(eq(detections.organisationId, organisationId), eq(detections.configurationId, configurationId)),
    )
    .orderBy(detections.id)
    .limit(limit)
    .for("update");
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return 0;
  const first = (await takeChanges(tx, organisationId, ids.length)) - ids.length + 1;
  await tx.insert(detectionTombstones).values(
    ids.map((detectionId, index) => ({
      organisationId,
      detectionId,
      deletedAt: at,
      changeSequence: first + index,
    })),
  );
  for (const [table, column] of [
    [detectionSources, detectionSources.detectionId],
    [detectionEvents, detectionEvents.detectionId],
    [statusChanges, statusChanges.detectionId],
    [notifications, notifications.detectionId],
    [notificationGroups, notificationGroups.detectionId],
    [detections, detections.id],
  ] as const) {
    await tx.delete(table).where(and(eq(table.organisationId, organisationId), inArray(column, ids)));
  }
  return ids.length;
}

/** Deletes the rest of a configuration after its detections. Its scope can then be configured again. */
export async function deleteConfigurationRow(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<void> {
  // again, because an account may have been connected while the configuration was being deleted
  await deleteAccountsFor(tx, organisationId, id);
  for (const table of [detectionCounts, skippedAlerts, webhookHealth, pipeTests]) {
    await tx
      .delete(table)
      .where(and(eq(table.organisationId, organisationId), eq(table.configurationId, id)));
  }
  await tx
    .delete(configurations)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}
