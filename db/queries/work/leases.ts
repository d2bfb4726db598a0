import { and, type Column, eq, type SQL, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { notificationQueue, outbox, pollTargets } from "../../schema/index.ts";

export type PollLease = {
  configurationId: string;
  organisationId: string;
  leaseToken: string;
  /** when it was due, as it stood at the claim: another time there means that somebody asked meanwhile */
  dueAt: string;
};
export type OutboxLease = { changeId: string; organisationId: string; leaseToken: string; attempts: number };

/** How many pieces of one organisation's work run at once, so that its trouble delays no other's. */
const shareOfOne = 3;

/**
 * `due (key)`: up to `most` due rows of a routing table, the longest waiting first, no more than an
 * organisation's share with what it has running already; an expired lease is taken over.
 */
export function dueRows(
  table: typeof pollTargets | typeof outbox | typeof notificationQueue,
  key: Column,
  most: number,
  share = shareOfOne,
  /** of these rows alone */
  only: SQL = sql`true`,
): SQL {
  const isDue = sql`${only} and ${table.dueAt} <= now() and (${table.leasedUntil} is null or ${table.leasedUntil} < now())`;
  return sql`due as (
    select ${key} as key from ${table}
    where ${isDue} and ${key} in (
      select waiting.key from (
        select ${key} as key, ${table.organisationId} as organisation,
          row_number() over (partition by ${table.organisationId} order by ${table.dueAt}) as place
        from ${table} where ${isDue}
      ) waiting left join (
        select ${table.organisationId} as organisation, count(*) as running from ${table}
        where ${only} and ${table.leasedUntil} >= now() group by 1
      ) busy on busy.organisation = waiting.organisation
      where waiting.place + coalesce(busy.running, 0) <= ${share}
    )
    order by ${table.dueAt} limit ${most} for update skip locked
  )`;
}

/** Claims up to `most` due configurations for `leaseMs`. */
export async function leaseDuePolls(
  db: Database,
  leaseToken: string,
  leaseMs: number,
  most: number,
): Promise<PollLease[]> {
  const rows = await db.execute<{ configuration_id: string; organisation_id: string; due_at: string }>(sql`
    with ${dueRows(pollTargets, pollTargets.configurationId, most)}
    update poll_targets t set leased_until = now() + ${`${leaseMs} milliseconds`}::interval, lease_token = ${leaseToken}::uuid
    from due where t.configuration_id = due.key
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
export async function lockPollLease(tx: Transaction, lease: PollLease): Promise<boolean> {
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

/**
 * Gives a poll's lease back, due again after `dueInMs` unless somebody asked for an earlier moment meanwhile;
 * whoever asks, it isn't read again within `restMs`.
 */
export async function releasePoll(
  tx: Transaction,
  lease: PollLease,
  dueInMs: number,
  restMs = 0,
): Promise<void> {
  const after = (ms: number) => sql`now() + ${`${Math.round(ms)} milliseconds`}::interval`;
  await tx
    .update(pollTargets)
    .set({
      leasedUntil: null,
      leaseToken: null,
      notBefore: after(restMs),
      dueAt: sql`case when ${pollTargets.dueAt} = ${lease.dueAt}::timestamptz
        then ${after(dueInMs)} else greatest(${pollTargets.dueAt}, ${after(restMs)}) end`,
    })
    .where(
      and(
        eq(pollTargets.configurationId, lease.configurationId),
        eq(pollTargets.leaseToken, lease.leaseToken),
      ),
    );
}

/** Takes a configuration that isn't polled any more off the schedule, if the lease is still ours. */
export async function dropPoll(tx: Transaction, lease: PollLease): Promise<void> {
  await tx
    .delete(pollTargets)
    .where(
      and(
        eq(pollTargets.configurationId, lease.configurationId),
        eq(pollTargets.leaseToken, lease.leaseToken),
      ),
    );
}

/** Claims up to `most` due write-backs for `leaseMs`. */
export async function leaseDueStatusChanges(
  db: Database,
  leaseToken: string,
  leaseMs: number,
  most: number,
): Promise<OutboxLease[]> {
  const rows = await db.execute<{ change_id: string; organisation_id: string; attempts: number }>(sql`
    with ${dueRows(outbox, outbox.changeId, most)}
    update outbox o set leased_until = now() + ${`${leaseMs} milliseconds`}::interval,
      lease_token = ${leaseToken}::uuid, attempts = o.attempts + 1
    from due where o.change_id = due.key
    returning o.change_id, o.organisation_id, o.attempts`);
  return rows.map((row) => ({
    changeId: row.change_id,
    organisationId: row.organisation_id,
    leaseToken,
    attempts: row.attempts,
  }));
}

/** Extends a write-back's lease; false when it is no longer ours. */
export async function renewOutboxLease(db: Database, lease: OutboxLease, leaseMs: number): Promise<boolean> {
  const rows = await db
    .update(outbox)
    .set({ leasedUntil: sql`now() + ${`${leaseMs} milliseconds`}::interval` })
    .where(and(eq(outbox.changeId, lease.changeId), eq(outbox.leaseToken, lease.leaseToken)))
    .returning({ id: outbox.changeId });
  return rows.length === 1;
}

/** Queues write-backs, due after `dueInMs` by the database's clock. */
export async function putOutbox(
  tx: Transaction,
  organisationId: string,
  changeIds: string[],
  dueInMs: number,
): Promise<void> {
  if (changeIds.length === 0) return;
  const dueAt = sql`now() + ${`${dueInMs} milliseconds`}::interval`;
  await tx.insert(outbox).values(changeIds.map((changeId) => ({ changeId, organisationId, dueAt })));
}

/** Takes a write-back off the queue: by its lease, or, for one that is still held, by its id alone. */
export async function removeOutbox(
  tx: Transaction,
  organisationId: string,
  changeId: string,
  leaseToken?: string,
): Promise<boolean> {
  const rows = await tx
    .delete(outbox)
    .where(
      and(
        eq(outbox.changeId, changeId),
        eq(outbox.organisationId, organisationId),
        leaseToken ? eq(outbox.leaseToken, leaseToken) : undefined,
      ),
    )
    .returning({ id: outbox.changeId });
  return rows.length === 1;
}

/** Puts a write-back off by `dueInMs` and gives its lease back. */
export async function postponeOutbox(tx: Transaction, lease: OutboxLease, dueInMs: number): Promise<void> {
  await tx
    .update(outbox)
    .set({
      dueAt: sql`now() + ${`${Math.round(dueInMs)} milliseconds`}::interval`,
      leasedUntil: null,
      leaseToken: null,
    })
    .where(and(eq(outbox.changeId, lease.changeId), eq(outbox.leaseToken, lease.leaseToken)));
}
