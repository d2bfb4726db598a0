import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { detections, outgoingDeliveries, outgoingWebhooks } from "../../schema/index.ts";

export type OutgoingWebhookRow = typeof outgoingWebhooks.$inferSelect;
export type OutgoingDeliveryRow = typeof outgoingDeliveries.$inferSelect;

const own = (organisationId: string) => eq(outgoingWebhooks.organisationId, organisationId);
const one = (organisationId: string, id: string) =>
  and(eq(outgoingDeliveries.organisationId, organisationId), eq(outgoingDeliveries.id, id));

/** The organisation's webhook, or undefined. */
export async function getWebhook(
  tx: Transaction,
  organisationId: string,
): Promise<OutgoingWebhookRow | undefined> {
  const rows = await tx
    .select()
    .from(outgoingWebhooks)
    .where(own(organisationId))
    .prepare("get_outgoing_webhook")
    .execute();
  return rows[0];
}

/** The same, locked until commit: what is written depends on what stands there. */
export async function lockWebhook(
  tx: Transaction,
  organisationId: string,
): Promise<OutgoingWebhookRow | undefined> {
  const rows = await tx.select().from(outgoingWebhooks).where(own(organisationId)).for("update");
  return rows[0];
}

/** Adds it; false when there is one already. */
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

/** Writes some of its columns; false when there is none. */
export async function updateWebhook(
  tx: Transaction,
  organisationId: string,
  values: Partial<typeof outgoingWebhooks.$inferInsert>,
): Promise<boolean> {
  const rows = await tx
    .update(outgoingWebhooks)
    .set(values)
    .where(own(organisationId))
    .returning({ host: outgoingWebhooks.host });
  return rows.length === 1;
}

/** Switches it off unless somebody changed it since `asOf`; says whether it did. */
export async function switchWebhookOff(
  tx: Transaction,
  organisationId: string,
  asOf: Date,
  because: string,
): Promise<boolean> {
  const rows = await tx
    .update(outgoingWebhooks)
    .set({ isOn: false, offBecause: because })
    .where(and(own(organisationId), eq(outgoingWebhooks.isOn, true), eq(outgoingWebhooks.changedAt, asOf)))
    .returning({ host: outgoingWebhooks.host });
  return rows.length === 1;
}

/** Claims something to be told; false when its type and subject were claimed before. */
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

/** What waits to be told, locked until commit; undefined when it is told or given up, or is no more. */
export async function lockWaiting(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<OutgoingDeliveryRow | undefined> {
  const rows = await tx
    .select()
    .from(outgoingDeliveries)
    .where(and(one(organisationId, id), eq(outgoingDeliveries.state, "waiting")))
    .for("update");
  return rows[0];
}

/** Counts an attempt that begins. */
export async function countAttempt(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date,
): Promise<void> {
  await tx
    .update(outgoingDeliveries)
    .set({ attempts: sql`${outgoingDeliveries.attempts} + 1`, attemptedAt: at, nextTryAt: null })
    .where(one(organisationId, id));
}

/** Writes what came of one that waits. */
export async function recordOutgoing(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Pick<OutgoingDeliveryRow, "state" | "problem"> & Partial<OutgoingDeliveryRow>,
): Promise<void> {
  await tx
    .update(outgoingDeliveries)
    .set(values)
    .where(and(one(organisationId, id), eq(outgoingDeliveries.state, "waiting")));
}

/** Has one that failed wait again; undefined when it didn't fail or is no more. */
export async function reviveOutgoing(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date,
): Promise<OutgoingDeliveryRow | undefined> {
  const rows = await tx
    .update(outgoingDeliveries)
    .set({ state: "waiting", problem: null, status: null, nextTryAt: at })
    .where(and(one(organisationId, id), eq(outgoingDeliveries.state, "failed")))
    .returning();
  return rows[0];
}

/** The newest `most`, each with its detection's title where it is about one that is still there. */
export async function listOutgoing(tx: Transaction, organisationId: string, most: number) {
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
    .limit(most);
}

/** What decides whether a detection is told: its severity, and whose configuration it is; undefined when it is gone. */
export async function getOutgoingSubject(tx: Transaction, organisationId: string, detectionId: string) {
  const rows = await tx
    .select({ severity: detections.severity, configurationId: detections.configurationId })
    .from(detections)
    .where(and(eq(detections.organisationId, organisationId), eq(detections.id, detectionId)));
  return rows[0];
}

/** Forgets what was to be told before `before`. */
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
