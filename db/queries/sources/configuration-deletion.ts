import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { type Transaction, takeChanges } from "../../client.ts";
import {
  configurations,
  credentials,
  detectionCounts,
  detectionEvents,
  detectionSources,
  detections,
  notificationGroups,
  notifications,
  detectionTombstones,
  outbox,
  pipeTests,
  pollTargets,
  webhookHealth,
  signIns,
  skippedAlerts,
  statusChanges,
} from "../../schema/index.ts";
import { deleteAccountsFor } from "./accounts.ts";

/**
 * Takes a configuration out of everyone's sight: nothing is read or sent any more. Its credential goes when
 * no other configuration uses it. False when it was deleted already. Its rows go later, in batches.
 */
export async function markConfigurationDeleted(
  tx: Transaction,
  organisationId: string,
  id: string,
  credentialId: string,
  at: Date,
): Promise<boolean> {
  // sign-ins first: whoever finishes one locks it before the place in the schedule
  await tx
    .delete(signIns)
    .where(and(eq(signIns.organisationId, organisationId), eq(signIns.configurationId, id)));
  await tx
    .delete(pollTargets)
    .where(and(eq(pollTargets.organisationId, organisationId), eq(pollTargets.configurationId, id)));
  await lockCredential(tx, organisationId, credentialId);
  const rows = await tx
    .update(configurations)
    .set({ deletedAt: at })
    .where(
      and(
        eq(configurations.organisationId, organisationId),
        eq(configurations.id, id),
        isNull(configurations.deletedAt),
      ),
    )
    .returning({ id: configurations.id });
  if (rows.length === 0) return false;
  // people's tokens are of no more use, so they go at once
  await deleteAccountsFor(tx, organisationId, id);
  await tx.delete(outbox).where(
    inArray(
      outbox.changeId,
      tx
        .select({ id: statusChanges.id })
        .from(statusChanges)
        .where(
          and(
            eq(statusChanges.organisationId, organisationId),
            eq(statusChanges.configurationId, id),
            inArray(statusChanges.state, ["held", "sending"]),
          ),
        ),
    ),
  );
  await tx.delete(credentials).where(
    and(
      eq(credentials.organisationId, organisationId),
      eq(credentials.id, credentialId),
      sql`not exists (select from ${configurations} where ${configurations.organisationId} = ${organisationId}::uuid
        and ${configurations.credentialId} = ${credentialId}::uuid and ${configurations.deletedAt} is null)`,
    ),
  );
  return true;
}

/**
 * Locks a credential until commit and gives its revision; null when it is gone. Who begins to use one and who
 * deletes it both do.
 */
export async function lockCredential(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
): Promise<number | null> {
  const rows = await tx
    .select({ revision: credentials.revision })
    .from(credentials)
    .where(and(eq(credentials.organisationId, organisationId), eq(credentials.id, credentialId)))
    .for("update");
  return rows[0]?.revision ?? null;
}

/** Whether a configuration was deleted and its rows are still being taken away. */
export async function isBeingDeleted(tx: Transaction, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx
    .select({ deletedAt: configurations.deletedAt })
    .from(configurations)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
  return rows[0]?.deletedAt != null;
}

/** Deletes up to `most` (200 at most) detections of a configuration, each leaving a tombstone; says how many. */
export async function deleteDetections(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  most: number,
  at: Date,
): Promise<number> {
  const rows = await tx
    .select({ id: detections.id })
    .from(detections)
    .where(
      and(eq(detections.organisationId, organisationId), eq(detections.configurationId, configurationId)),
    )
    .orderBy(detections.id)
    .limit(most)
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

/** Deletes what is left of a configuration once its detections are gone; its scope is free again. */
export async function deleteConfigurationRow(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<void> {
  // once more: one that was connected as the configuration went would outlive it
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
