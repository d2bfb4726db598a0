import { and, eq, inArray, lt } from "drizzle-orm";
import { type Transaction, takeChanges } from "../../client.ts";
import {
  alarms,
  configurations,
  detectionCounts,
  detectionEvents,
  detectionSources,
  detections,
  detectionTombstones,
  digests,
  notificationGroups,
  notifications,
  outbox,
  pipeTests,
  skippedAlerts,
  detectionChanges,
  webhookHealth,
} from "../../schema/index.ts";
import { deleteAccountsFor } from "../sources/account-writes.ts";
import { removePollTarget } from "../sources/configurations.ts";
import { deleteSignInsOf } from "../sources/sign-ins.ts";

/** Lists the configurations that were marked as deleted before `before` and still have rows. */
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

/** Whether a configuration is marked as deleted but still has rows. */
export async function isBeingDeleted(tx: Transaction, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx
    .select({ deletedAt: configurations.deletedAt })
    .from(configurations)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
  return rows[0]?.deletedAt != null;
}

/**
 * Deletes up to `limit` (200 at most) detections of a configuration, and all rows that refer to these detections. Each
 * deleted detection leaves a tombstone. Returns the number of deleted detections.
 */
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
  const changeIds = tx
    .select({ id: detectionChanges.id })
    .from(detectionChanges)
    .where(
      and(eq(detectionChanges.organisationId, organisationId), inArray(detectionChanges.detectionId, ids)),
    );
  await tx
    .delete(outbox)
    .where(and(eq(outbox.organisationId, organisationId), inArray(outbox.changeId, changeIds)));
  for (const [table, column] of [
    [detectionSources, detectionSources.detectionId],
    [detectionEvents, detectionEvents.detectionId],
    [detectionChanges, detectionChanges.detectionId],
    [notifications, notifications.detectionId],
    [notificationGroups, notificationGroups.detectionId],
    [notificationGroups, notificationGroups.intoDetectionId],
    [detections, detections.id],
  ] as const) {
    await tx.delete(table).where(and(eq(table.organisationId, organisationId), inArray(column, ids)));
  }
  return ids.length;
}

/**
 * Deletes the remaining rows of a configuration once its detections are deleted. Other configurations can then read its
 * scope. Returns false if new detections have arrived. Must run under `retryIfRaced`, because another transaction may just
 * have inserted a row that refers to the configuration.
 */
export async function deleteConfigurationRow(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<boolean> {
  // what others lock before a configuration goes before it here, too; it was there because it came as the configuration went
  await deleteSignInsOf(tx, organisationId, { configurationId: id });
  await removePollTarget(tx, organisationId, id);
  await deleteAccountsFor(tx, organisationId, id);
  const isIt = and(eq(configurations.organisationId, organisationId), eq(configurations.id, id));
  await tx.select({ id: configurations.id }).from(configurations).where(isIt).for("update");
  const [left] = await tx
    .select({ id: detections.id })
    .from(detections)
    .where(and(eq(detections.organisationId, organisationId), eq(detections.configurationId, id)))
    .limit(1);
  if (left) return false;
  await deleteMessagesAbout(tx, organisationId, id);
  for (const table of [detectionCounts, skippedAlerts, webhookHealth, pipeTests, digests, alarms]) {
    await tx
      .delete(table)
      .where(and(eq(table.organisationId, organisationId), eq(table.configurationId, id)));
  }
  await tx.delete(configurations).where(isIt);
  return true;
}

/** Deletes the notifications about a configuration's digests and alarms. */
async function deleteMessagesAbout(tx: Transaction, organisationId: string, id: string): Promise<void> {
  for (const [table, column] of [
    [digests, notifications.digestId],
    [alarms, notifications.alarmId],
  ] as const) {
    const ids = tx
      .select({ id: table.id })
      .from(table)
      .where(and(eq(table.organisationId, organisationId), eq(table.configurationId, id)));
    await tx
      .delete(notifications)
      .where(and(eq(notifications.organisationId, organisationId), inArray(column, ids)));
  }
}
