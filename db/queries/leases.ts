import { and, eq, sql } from "drizzle-orm";
import type { Database, Transaction } from "../client.ts";
import { outbox, pollTargets } from "../schema/index.ts";

export type PollLease = {
  configurationId: string;
  organisationId: string;
  leaseToken: string;
  /** when it was due, as it stood at the claim: another time there means that somebody asked meanwhile */
  dueAt: string;
};
export type OutboxLease = { changeId: string; organisationId: string; leaseToken: string; attempts: number };

/**
 * Claims up to `most` due configurations for `leaseMs`, the longest waiting first; an expired lease is
 * taken over.
 */
export async function claimDuePolls(
  db: Database,
  leaseToken: string,
  leaseMs: number,
  most: number,
): Promise<PollLease[]> {
  const rows = await db.execute<{ configuration_id: string; organisation_id: string; due_at: string }>(sql`
    with due as (
      select configuration_id from poll_targets
      where due_at <= now() and (leased_until is null or leased_until < now())
      order by due_at limit ${most} for update skip locked
    )
    update poll_targets t set leased_until = now() + ${`${leaseMs} milliseconds`}::interval, lease_token = ${leaseToken}::uuid
    from due where t.configuration_id = due.configuration_id
    returning t.configuration_id, t.organisation_id, t.due_at::text as due_at`);
  return rows.map((row) => ({
    configurationId: row.configuration_id,
    organisationId: row.organisation_id,
    leaseToken,
    dueAt: row.due_at,
  }));
}

/** Extends a poll's lease; false when it is no longer ours. */
export async function renewPollLease(db: Database, lease: PollLease, leaseMs: number): Promise<boolean> {
  const rows = await db
    .update(pollTargets)
    .set({ leasedUntil: sql`now() + ${`${leaseMs} milliseconds`}::interval` })
    .where(
      and(
        eq(pollTargets.configurationId, lease.configurationId),
        eq(pollTargets.leaseToken, lease.leaseToken),
      ),
    )
    .returning({ id: pollTargets.configurationId });
  return rows.length === 1;
}

/** Whether the lease is still ours, locked until the transaction ends: nobody takes it over meanwhile. */
export async function holdPollLease(tx: Transaction, lease: PollLease): Promise<boolean> {
  const rows = await tx
    .select({ id: pollTargets.configurationId })
    .from(pollTargets)
    .where(
      and(
        eq(pollTargets.configurationId, lease.configurationId),
        eq(pollTargets.leaseToken, lease.leaseToken),
      ),
    )
    .for("update");
  return rows.length === 1;
}

/** Gives a poll's lease back, due again at `dueAt` unless somebody asked for an earlier moment meanwhile. */
export async function releasePoll(tx: Transaction, lease: PollLease, dueAt: Date): Promise<void> {
  await tx
    .update(pollTargets)
    .set({
      leasedUntil: null,
      leaseToken: null,
      dueAt: sql`case when ${pollTargets.dueAt} = ${lease.dueAt}::timestamptz
        then ${dueAt.toISOString()}::timestamptz else ${pollTargets.dueAt} end`,
    })
    .where(
      and(
        eq(pollTargets.configurationId, lease.configurationId),
        eq(pollTargets.leaseToken, lease.leaseToken),
      ),
    );
}

/** Claims up to `most` due write-backs for `leaseMs`. */
export async function claimDueChanges(
  db: Database,
  leaseToken: string,
  leaseMs: number,
  most: number,
): Promise<OutboxLease[]> {
  const rows = await db.execute<{ change_id: string; organisation_id: string; attempts: number }>(sql`
    with due as (
      select change_id from outbox
      where due_at <= now() and (leased_until is null or leased_until < now())
      order by due_at limit ${most} for update skip locked
    )
    update outbox o set leased_until = now() + ${`${leaseMs} milliseconds`}::interval,
      lease_token = ${leaseToken}::uuid, attempts = o.attempts + 1
    from due where o.change_id = due.change_id
    returning o.change_id, o.organisation_id, o.attempts`);
  return rows.map((row) => ({
    changeId: row.change_id,
    organisationId: row.organisation_id,
    leaseToken,
    attempts: row.attempts,
  }));
}

/** Queues a write-back for `dueAt`. */
export async function putOutbox(
  tx: Transaction,
  organisationId: string,
  changeIds: string[],
  dueAt: Date,
): Promise<void> {
  if (changeIds.length === 0) return;
  await tx.insert(outbox).values(changeIds.map((changeId) => ({ changeId, organisationId, dueAt })));
}

/** Takes a write-back off the queue. */
export async function removeOutbox(tx: Transaction, organisationId: string, changeId: string): Promise<void> {
  await tx
    .delete(outbox)
    .where(and(eq(outbox.changeId, changeId), eq(outbox.organisationId, organisationId)));
}

/** Puts a write-back off to `dueAt` and gives its lease back. */
export async function postponeOutbox(tx: Transaction, lease: OutboxLease, dueAt: Date): Promise<void> {
  await tx
    .update(outbox)
    .set({ dueAt, leasedUntil: null, leaseToken: null })
    .where(and(eq(outbox.changeId, lease.changeId), eq(outbox.leaseToken, lease.leaseToken)));
}
