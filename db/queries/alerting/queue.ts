import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";
import type { NotificationSubject } from "#lib/domain/notification.ts";
import type { Database, Transaction } from "../../client.ts";
import { fromNow, leasedTable, type LeaseOf } from "../../leased.ts";
import { insertRecords } from "../../records.ts";
import { notificationQueue } from "../../schema/index.ts";

const queueLeases = leasedTable(notificationQueue, "id", ["subject", "subjectId", "attempts"]);
export type NotificationLease = LeaseOf<typeof queueLeases>;

/**
 * The four kinds of queued work: deciding who is notified, web push, e-mail and outgoing webhooks. Each kind, called a lane,
 * is leased separately, so that no kind waits for another. `share` limits how many rows of one organisation are leased at
 * once.
 */
const lanes = {
  // most of the time is spent waiting for a push service or a mail server
  decide: {
    subjects: [
      "detection",
      "escalation",
      "not_saved",
      "taken_over",
      "silent",
      "offered",
      "confirmed",
      "reopened",
      "mentioned",
      "digest",
      "gathered_digest",
      "alarm",
    ],
    share: 100,
  },
  push: { subjects: ["web_push", "group_update"], share: 100 },
  mail: { subjects: ["email"], share: 100 },
  // a slow receiver may block each piece
  outgoing: { subjects: ["outgoing"], share: 4 },
} as const satisfies Record<string, { subjects: readonly NotificationSubject[]; share: number }>;
type Lane = keyof typeof lanes;
/** The subjects that belong to a lane. */
export type SubjectOf<L extends Lane> = (typeof lanes)[L]["subjects"][number];
type LaneLease<L extends Lane> = NotificationLease & { subject: SubjectOf<L> };

/** Leases up to `limit` due rows of a lane for `leaseMs`, the oldest first. */
export async function leaseDueAlertingWork<L extends Lane>(
  db: Database,
  lane: L,
  leaseMs: number,
  limit: number,
): Promise<LaneLease<L>[]> {
  const { subjects, share } = lanes[lane];
  const only = inArray(notificationQueue.subject, subjects);
  return (await queueLeases.lease(db, { limit, leaseMs, share, only })) as LaneLease<L>[];
}

/** Leases the due rows of these alarms and notifications for `leaseMs`. */
export async function leaseAlertingWorkOn(
  db: Database,
  subjectIds: readonly string[],
  leaseMs: number,
): Promise<LaneLease<"decide" | "push" | "mail">[]> {
  const only = inArray(notificationQueue.subjectId, [...subjectIds]);
  const options = { limit: subjectIds.length, leaseMs, share: subjectIds.length, only };
  return (await queueLeases.lease(db, options)) as LaneLease<"decide" | "push" | "mail">[];
}

/**
 * Removes a leased row from the notification queue. Returns false if the lease is lost. The caller must then write nothing
 * for the row.
 */
export function removeNotificationLease(tx: Transaction, lease: NotificationLease): Promise<boolean> {
  return queueLeases.remove(tx, lease);
}

/**
 * Removes leased rows from the notification queue. Returns the `pieces` whose lease wasn't lost. The caller must write
 * nothing for the other pieces.
 */
export async function removeNotificationLeases<T extends { lease: NotificationLease }>(
  tx: Transaction,
  pieces: readonly T[],
): Promise<T[]> {
  const ours = new Set(
    await queueLeases.removeAll(
      tx,
      pieces.map(({ lease }) => lease),
    ),
  );
  return pieces.filter(({ lease }) => ours.has(lease));
}

/**
 * Locks up to `limit` escalations of an organisation that are due within `withinMs`, the oldest first, whoever has leased them.
 * With `onlyId`, locks only that detection's.
 * The caller must have locked the organisation's planning: then no other worker escalates them.
 */
export async function lockEscalations(
  tx: Transaction,
  organisationId: string,
  { withinMs, limit, onlyId }: { withinMs: number; limit: number; onlyId: string | null },
): Promise<{ id: string; detectionId: string; isDue: boolean }[]> {
  return tx
    .select({
      id: notificationQueue.id,
      detectionId: notificationQueue.subjectId,
      isDue: sql<boolean>`${notificationQueue.dueAt} <= now()`,
    })
    .from(notificationQueue)
    .where(
      and(
        eq(notificationQueue.organisationId, organisationId),
        eq(notificationQueue.subject, "escalation"),
        onlyId === null ? undefined : eq(notificationQueue.subjectId, onlyId),
        lte(notificationQueue.dueAt, fromNow(withinMs)),
      ),
    )
    .orderBy(asc(notificationQueue.dueAt), asc(notificationQueue.id))
    .limit(limit)
    .for("update");
}

/**
 * Moves the due times of an organisation's escalations by `byMs`, which may be negative. The caller must have locked the
 * organisation's planning.
 */
export async function moveEscalations(tx: Transaction, organisationId: string, byMs: number): Promise<void> {
  await tx
    .update(notificationQueue)
    .set({ dueAt: sql`${notificationQueue.dueAt} + ${`${Math.round(byMs)} milliseconds`}::interval` })
    .where(
      and(eq(notificationQueue.organisationId, organisationId), eq(notificationQueue.subject, "escalation")),
    );
}

/** Removes rows from the notification queue. A worker that has leased one of them loses its lease. */
export async function removeQueued(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .delete(notificationQueue)
    .where(
      and(eq(notificationQueue.organisationId, organisationId), inArray(notificationQueue.id, [...ids])),
    );
}

/** Ends a lease in the notification queue. The row becomes due in `dueInMs`. Returns false if the lease is lost. */
export function postponeNotification(
  db: Database | Transaction,
  lease: NotificationLease,
  dueInMs: number,
): Promise<boolean> {
  return queueLeases.release(db, lease, fromNow(dueInMs));
}

/**
 * Queues alerting work on these subjects, due in `dueInMs` by the database's clock. Skips subjects that are already queued.
 */
export async function queueAlertingWork(
  tx: Transaction,
  organisationId: string,
  subject: NotificationLease["subject"],
  subjectIds: readonly string[],
  newId: () => string,
  dueInMs = 0,
): Promise<void> {
  const rows = subjectIds.map((subjectId) => ({ id: newId(), organisationId, subject, subjectId }));
  const added = await insertRecords<typeof notificationQueue, { id: string }>(
    tx,
    notificationQueue,
    rows,
    sql`on conflict do nothing returning id`,
  );
  if (dueInMs === 0 || added.length === 0) return;
  await tx
    .update(notificationQueue)
    .set({ dueAt: fromNow(dueInMs) })
    .where(
      inArray(
        notificationQueue.id,
        added.map(({ id }) => id),
      ),
    );
}

/** Makes a subject's row of the notification queue due now. A worker that has leased the row keeps its lease. */
export async function hastenAlertingWork(
  tx: Transaction,
  subject: NotificationLease["subject"],
  subjectId: string,
): Promise<void> {
  await tx
    .update(notificationQueue)
    .set({ dueAt: sql`now()` })
    .where(and(eq(notificationQueue.subject, subject), eq(notificationQueue.subjectId, subjectId)));
}

/**
 * Queues alerting work on a subject, due in `dueInMs` by the database's clock. Work that is already queued becomes due then if
 * it was due later. Unlike `queueAlertingWork`, waits for a worker that is ending the subject's earlier work, and makes such a
 * worker wait for this transaction, so that work on a changed subject is never lost. Call it before taking change numbers.
 */
export async function requeueAlertingWork(
  tx: Transaction,
  organisationId: string,
  subject: NotificationLease["subject"],
  subjectId: string,
  newId: () => string,
  dueInMs: number,
): Promise<void> {
  await tx
    .insert(notificationQueue)
    .values({ id: newId(), organisationId, subject, subjectId, dueAt: fromNow(dueInMs) })
    .onConflictDoUpdate({
      target: [notificationQueue.subject, notificationQueue.subjectId],
      set: { dueAt: sql`least(${notificationQueue.dueAt}, excluded.due_at)` },
    });
}

/** Removes the work on these subjects from the queue, even if a worker has leased it. */
export async function removeAlertingWork(
  tx: Transaction,
  subject: NotificationLease["subject"],
  subjectIds: readonly string[],
): Promise<void> {
  if (subjectIds.length === 0) return;
  await tx
    .delete(notificationQueue)
    .where(
      and(eq(notificationQueue.subject, subject), inArray(notificationQueue.subjectId, [...subjectIds])),
    );
}
