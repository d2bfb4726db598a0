import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Requester } from "#lib/domain/requester.ts";
import type { Transaction } from "../../client.ts";
import { detections, outgoingDeliveries, outgoingWebhooks } from "../../schema/index.ts";

export type OutgoingWebhookRow = typeof outgoingWebhooks.$inferSelect;
export type OutgoingDeliveryRow = typeof outgoingDeliveries.$inferSelect;

const isOf = (organisationId: string) => eq(outgoingWebhooks.organisationId, organisationId);
const isDelivery = (organisationId: string, id: string) =>
  and(eq(outgoingDeliveries.organisationId, organisationId), eq(outgoingDeliveries.id, id));

/** Returns the organisation's outgoing webhook, or undefined if there is none. */
export async function getWebhook(
  tx: Transaction,
  organisationId: string,
): Promise<OutgoingWebhookRow | undefined> {
  const rows = await tx
    .select()
    .from(outgoingWebhooks)
    .where(isOf(organisationId))
    .prepare("get_outgoing_webhook")
    .execute();
  return rows[0];
}

/** Locks the organisation's outgoing webhook until commit and returns it, or undefined if there is none. */
export async function lockWebhook(
  tx: Transaction,
  organisationId: string,
): Promise<OutgoingWebhookRow | undefined> {
  const rows = await tx.select().from(outgoingWebhooks).where(isOf(organisationId)).for("update");
  return rows[0];
}

/** Inserts the organisation's outgoing webhook. Returns false if the organisation already has one. */
export async function insertWebhook(
  tx: Transaction,
  row: typeof outgoingWebhooks.$inferInsert,
): Promise<boolean> {
  const rows = await tx
    .insert(outgoingWebhooks)
    .values(row)
    .onConflictDoNothing()
    .returning({ host: outgoingWebhooks.host });
  return rows.length === 1;
}

/** Updates columns of the organisation's outgoing webhook. Returns false if the organisation has none. */
export async function updateWebhook(
  tx: Transaction,
  organisationId: string,
  values: Partial<typeof outgoingWebhooks.$inferInsert>,
): Promise<boolean> {
  const rows = await tx
    .update(outgoingWebhooks)
    .set(values)
    .where(isOf(organisationId))
    .returning({ host: outgoingWebhooks.host });
  return rows.length === 1;
}

/** Switches the outgoing webhook off. Returns false if it is already off or was changed after `asOf`. */
export async function switchWebhookOff(
  tx: Transaction,
  organisationId: string,
  asOf: Date,
  because: string,
): Promise<boolean> {
  const rows = await tx
    .update(outgoingWebhooks)
    .set({ isOn: false, offBecause: because })
    .where(and(isOf(organisationId), eq(outgoingWebhooks.isOn, true), eq(outgoingWebhooks.changedAt, asOf)))
    .returning({ host: outgoingWebhooks.host });
  return rows.length === 1;
}

/** Inserts an event for the outgoing webhook. Returns false if an event of the same type and subject already exists. */
export async function insertOutgoing(
  tx: Transaction,
  row: typeof outgoingDeliveries.$inferInsert,
): Promise<boolean> {
  const rows = await tx
    .insert(outgoingDeliveries)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: outgoingDeliveries.id });
  return rows.length === 1;
}

/**
 * Locks a waiting event of the outgoing webhook until commit and returns the event. Returns undefined if the event was
 * delivered, failed or deleted.
 */
export async function lockWaiting(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<OutgoingDeliveryRow | undefined> {
  const rows = await tx
    .select()
    .from(outgoingDeliveries)
    .where(and(isDelivery(organisationId, id), eq(outgoingDeliveries.state, "waiting")))
    .for("update");
  return rows[0];
}

/** Counts an attempt to deliver an event of the outgoing webhook. Callers call this when the attempt begins. */
export async function countAttempt(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date,
): Promise<void> {
  await tx
    .update(outgoingDeliveries)
    .set({ attempts: sql`${outgoingDeliveries.attempts} + 1`, attemptedAt: at, nextTryAt: null })
    .where(isDelivery(organisationId, id));
}

/** Records the outcome of an attempt to deliver an event. Does nothing if the event is no longer waiting. */
export async function recordOutgoing(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Pick<OutgoingDeliveryRow, "state" | "problem"> & Partial<OutgoingDeliveryRow>,
): Promise<void> {
  await tx
    .update(outgoingDeliveries)
    .set(values)
    .where(and(isDelivery(organisationId, id), eq(outgoingDeliveries.state, "waiting")));
}

/**
 * Makes a failed event wait for delivery again, in the name of `requester`, and returns the event. Returns undefined if the
 * event hasn't failed or was deleted.
 */
export async function reviveOutgoing(
  tx: Transaction,
  organisationId: string,
  id: string,
  requester: Requester | null,
  at: Date,
): Promise<OutgoingDeliveryRow | undefined> {
  const rows = await tx
    .update(outgoingDeliveries)
    .set({ state: "waiting", problem: null, status: null, nextTryAt: at, requester })
    .where(and(isDelivery(organisationId, id), eq(outgoingDeliveries.state, "failed")))
    .returning();
  return rows[0];
}

/** Lists the newest `limit` events of the outgoing webhook. An event about a detection includes the detection's title. */
export async function listOutgoing(tx: Transaction, organisationId: string, limit: number) {
  return tx
    .select({ delivery: outgoingDeliveries, title: detections.title })
    .from(outgoingDeliveries)
    .leftJoin(
      detections,
      and(
        eq(detections.organisationId, outgoingDeliveries.organisationId),
        eq(detections.id, outgoingDeliveries.subjectId),
      ),
    )
    .where(eq(outgoingDeliveries.organisationId, organisationId))
    .orderBy(desc(outgoingDeliveries.createdAt), desc(outgoingDeliveries.id))
    .limit(limit);
}

/** Returns a detection's severity and configuration, or undefined if the detection doesn't exist. */
export async function getOutgoingSubject(tx: Transaction, organisationId: string, detectionId: string) {
  const rows = await tx
    .select({ severity: detections.severity, configurationId: detections.configurationId })
    .from(detections)
    .where(and(eq(detections.organisationId, organisationId), eq(detections.id, detectionId)));
  return rows[0];
}

/** Deletes the outgoing webhook's events that were created before `before`. */
export async function deleteOldOutgoing(
  tx: Transaction,
  organisationId: string,
  before: Date,
): Promise<void> {
  await tx
    .delete(outgoingDeliveries)
    .where(
      and(eq(outgoingDeliveries.organisationId, organisationId), lt(outgoingDeliveries.createdAt, before)),
    );
}
