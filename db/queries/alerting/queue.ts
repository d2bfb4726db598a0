import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { NotificationSubject } from "#lib/domain/notification.ts";
import type { Database, Transaction } from "../../client.ts";
import { insertRecords } from "../../records.ts";
import { notificationQueue } from "../../schema/index.ts";
import { dueRows } from "../work/leases.ts";

export type NotificationLease = {
  id: string;
  organisationId: string;
  subject: NotificationSubject;
  subjectId: string;
  leaseToken: string;
  attempts: number;
};

/** of one organisation's notifications: they wait for a push service, and cost little meanwhile */
const notificationShareOfOne = 100;
/** of what goes to one organisation's webhook, whose receiver may keep each waiting */
const outgoingShareOfOne = 4;

export type NotifiedSubject = Exclude<NotificationSubject, "outgoing">;

/** What is decided is claimed apart from what is sent, and e-mail apart from push, so that none waits for another. */
export type Claimed = "decided" | "sent" | "mailed";
const claimedRows: Record<Claimed, SQL> = {
  decided: sql`${notificationQueue.subject} in ('detection', 'escalation', 'digest', 'alarm')`,
  sent: sql`${notificationQueue.subject} in ('web_push', 'group_update')`,
  mailed: sql`${notificationQueue.subject} = 'email'`,
};

/** Claims up to `most` due pieces of telling people for `leaseMs`. */
export async function leaseDueAlertingWork(
  db: Database,
  leaseToken: string,
  leaseMs: number,
  most: number,
  which: Claimed,
): Promise<(NotificationLease & { subject: NotifiedSubject })[]> {
  const only = claimedRows[which];
  return claim(
    db,
    leaseToken,
    leaseMs,
    dueRows(notificationQueue, notificationQueue.id, most, notificationShareOfOne, only),
  );
}

/** Claims up to `most` due posts to organisations' webhooks for `leaseMs`. */
export async function leaseDueOutgoing(
  db: Database,
  leaseToken: string,
  leaseMs: number,
  most: number,
): Promise<NotificationLease[]> {
  const only = sql`${notificationQueue.subject} = 'outgoing'`;
  return claim(
    db,
    leaseToken,
    leaseMs,
    dueRows(notificationQueue, notificationQueue.id, most, outgoingShareOfOne, only),
  );
}

async function claim<Subject extends NotificationSubject>(
  db: Database,
  leaseToken: string,
  leaseMs: number,
  due: SQL,
): Promise<(NotificationLease & { subject: Subject })[]> {
  const rows = await db.execute<{
    id: string;
    organisation_id: string;
    subject: Subject;
    subject_id: string;
    attempts: number;
    due: number;
  }>(sql`
    with ${due}
    update notification_queue q set leased_until = now() + ${`${leaseMs} milliseconds`}::interval,
      lease_token = ${leaseToken}::uuid, attempts = q.attempts + 1
    from due where q.id = due.key
    returning q.id, q.organisation_id, q.subject, q.subject_id, q.attempts, extract(epoch from q.due_at)::float8 as due`);
  // the first of its kind is the one that rings
  const inOrder = [...rows].sort((a, b) => a.due - b.due);
  return inOrder.map((row) => ({
    id: row.id,
    organisationId: row.organisation_id,
    subject: row.subject,
    subjectId: row.subject_id,
    leaseToken,
    attempts: row.attempts,
  }));
}

const ofLease = (lease: NotificationLease) =>
  and(eq(notificationQueue.id, lease.id), eq(notificationQueue.leaseToken, lease.leaseToken));

/** Takes a piece off the queue; false when another worker has it now, and nothing may be written for it. */
export async function removeNotificationLease(tx: Transaction, lease: NotificationLease): Promise<boolean> {
  const rows = await tx
    .delete(notificationQueue)
    .where(ofLease(lease))
    .returning({ id: notificationQueue.id });
  return rows.length === 1;
}

/** Takes pieces of one claim off the queue; gives those that were still ours, for nothing may be written for the others. */
export async function removeNotificationLeases<T extends { lease: NotificationLease }>(
  tx: Transaction,
  pieces: readonly T[],
): Promise<T[]> {
  const [first] = pieces;
  if (!first) return [];
  const rows = await tx
    .delete(notificationQueue)
    .where(
      and(
        inArray(
          notificationQueue.id,
          pieces.map(({ lease }) => lease.id),
        ),
        eq(notificationQueue.leaseToken, first.lease.leaseToken),
      ),
    )
    .returning({ id: notificationQueue.id });
  const removed = new Set(rows.map(({ id }) => id));
  return pieces.filter(({ lease }) => removed.has(lease.id));
}

/** Puts a piece off by `dueInMs` and gives its lease back; false when another worker has it now. */
export async function postponeNotification(
  db: Database | Transaction,
  lease: NotificationLease,
  dueInMs: number,
): Promise<boolean> {
  const rows = await db
    .update(notificationQueue)
    .set({
      dueAt: sql`now() + ${`${Math.round(dueInMs)} milliseconds`}::interval`,
      leasedUntil: null,
      leaseToken: null,
    })
    .where(ofLease(lease))
    .returning({ id: notificationQueue.id });
  return rows.length === 1;
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
    .set({ dueAt: sql`now() + ${`${Math.round(dueInMs)} milliseconds`}::interval` })
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
