import { and, eq, inArray, sql } from "drizzle-orm";
import type { NotificationSubject } from "#lib/domain/notification.ts";
import type { Database, Transaction } from "../../client.ts";
import { fromNow, leasedTable, type LeaseOf } from "../../leased.ts";
import { insertRecords } from "../../records.ts";
import { notificationQueue } from "../../schema/index.ts";

const queueLeases = leasedTable(notificationQueue, "id", ["subject", "subjectId", "attempts"]);
export type NotificationLease = LeaseOf<typeof queueLeases>;

/**
 * What is leased apart, so that none waits for another: deciding who is notified, web push, e-mail, and organisations' own
 * webhooks. `share` is how much of one organisation's is under way at once.
 */
const lanes = {
  // they wait for a push service or a mail server, and cost little meanwhile
  decide: { subjects: ["detection", "escalation", "digest", "alarm"], share: 100 },
  push: { subjects: ["web_push", "group_update"], share: 100 },
  mail: { subjects: ["email"], share: 100 },
  // a receiver may keep each waiting
  outgoing: { subjects: ["outgoing"], share: 4 },
} as const satisfies Record<string, { subjects: readonly NotificationSubject[]; share: number }>;
type Lane = keyof typeof lanes;
/** What may be leased in a lane. */
export type SubjectOf<L extends Lane> = (typeof lanes)[L]["subjects"][number];
type LaneLease<L extends Lane> = NotificationLease & { subject: SubjectOf<L> };

/** Leases up to `limit` due pieces of one lane for `leaseMs`, the longest waiting first. */
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

/** Takes a piece off the queue; false when its lease is lost, and nothing may be written for it. */
export function removeNotificationLease(tx: Transaction, lease: NotificationLease): Promise<boolean> {
  return queueLeases.remove(tx, lease);
}

/** Takes pieces off the queue; returns those whose lease isn't lost, for nothing may be written for the others. */
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

/** Gives a lease back, its piece due after `dueInMs`; false when the lease is lost. */
export function postponeNotification(
  db: Database | Transaction,
  lease: NotificationLease,
  dueInMs: number,
): Promise<boolean> {
  return queueLeases.release(db, lease, fromNow(dueInMs));
}

/** Queues work on these subjects, due after `dueInMs` by the database's clock. A subject that is queued already stays as it is. */
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

/** Makes queued work due now. A worker that has leased it keeps it. */
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
