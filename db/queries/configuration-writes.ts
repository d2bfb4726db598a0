import { and, eq, inArray, sql } from "drizzle-orm";
import type { Transaction } from "../client.ts";
import {
  configurations,
  credentials,
  detectionCounts,
  detectionEvents,
  detectionPayloads,
  detections,
  outbox,
  pollTargets,
  skippedAlerts,
  statusChanges,
} from "../schema/index.ts";

/** Stores a credential; its secret is sealed already. */
export async function insertCredential(tx: Transaction, row: typeof credentials.$inferInsert): Promise<void> {
  await tx.insert(credentials).values(row);
}

/** Stores a configuration; false when its subscription is taken, also by someone a moment earlier. */
export async function insertConfiguration(
  tx: Transaction,
  row: typeof configurations.$inferInsert,
): Promise<boolean> {
  const rows = await tx
    .insert(configurations)
    .values(row)
    .onConflictDoNothing({
      target: [configurations.organisationId, configurations.cloud, configurations.subscriptionId],
    })
    .returning({ id: configurations.id });
  return rows.length === 1;
}

/** Switches a configuration off at a moment, or on with null. */
export async function setDisabled(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date | null,
): Promise<void> {
  await tx
    .update(configurations)
    .set({ disabledAt: at })
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/** Deletes a configuration with all that hangs on it; returns how many detections went. */
export async function deleteConfigurationRows(
  tx: Transaction,
  organisationId: string,
  id: string,
  credentialId: string,
): Promise<number> {
  const own = tx
    .select({ id: detections.id })
    .from(detections)
    .where(and(eq(detections.organisationId, organisationId), eq(detections.configurationId, id)));
  await tx
    .delete(pollTargets)
    .where(and(eq(pollTargets.organisationId, organisationId), eq(pollTargets.configurationId, id)));
  await tx.delete(outbox).where(
    inArray(
      outbox.changeId,
      tx
        .select({ id: statusChanges.id })
        .from(statusChanges)
        .where(and(eq(statusChanges.organisationId, organisationId), eq(statusChanges.configurationId, id))),
    ),
  );
  for (const [table, column] of [
    [detectionPayloads, detectionPayloads.detectionId],
    [detectionEvents, detectionEvents.detectionId],
    [statusChanges, statusChanges.detectionId],
  ] as const) {
    await tx.delete(table).where(and(eq(table.organisationId, organisationId), inArray(column, own)));
  }
  const removed = await tx
    .delete(detections)
    .where(and(eq(detections.organisationId, organisationId), eq(detections.configurationId, id)))
    .returning({ id: detections.id });
  for (const table of [detectionCounts, skippedAlerts]) {
    await tx
      .delete(table)
      .where(and(eq(table.organisationId, organisationId), eq(table.configurationId, id)));
  }
  await tx
    .delete(configurations)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
  await tx.delete(credentials).where(
    and(
      eq(credentials.organisationId, organisationId),
      eq(credentials.id, credentialId),
      sql`not exists (select from ${configurations} where ${configurations.organisationId} = ${organisationId}::uuid
        and ${configurations.credentialId} = ${credentialId}::uuid)`,
    ),
  );
  return removed.length;
}

/** Changes what may change without asking the vendor again. */
export async function updateConfiguration(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: { displayName: string; pollIntervalSeconds: number },
): Promise<void> {
  await tx
    .update(configurations)
    .set(values)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/** Notes when a credential's secret expires, as its admin says; null for unknown. */
export async function setSecretExpiry(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
  secretExpiresOn: string | null,
): Promise<void> {
  await tx
    .update(credentials)
    .set({ secretExpiresOn })
    .where(and(eq(credentials.organisationId, organisationId), eq(credentials.id, credentialId)));
}

/** Puts a new secret in the place of the one at `revision`; false when that one is gone already. */
export async function replaceSecretRow(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
  revision: number,
  values: Pick<
    typeof credentials.$inferInsert,
    "secretSealed" | "secretHint" | "secretExpiresOn" | "secretSetAt" | "secretSetBy"
  >,
): Promise<boolean> {
  const rows = await tx
    .update(credentials)
    .set({ ...values, revision: revision + 1 })
    .where(
      and(
        eq(credentials.organisationId, organisationId),
        eq(credentials.id, credentialId),
        eq(credentials.revision, revision),
      ),
    )
    .returning({ id: credentials.id });
  return rows.length === 1;
}
