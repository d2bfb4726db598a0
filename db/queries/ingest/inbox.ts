import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { fromNow } from "../../leased.ts";
import { inbox } from "../../schema/index.ts";

export type InboxRow = typeof inbox.$inferSelect;
export type NewInboxRow = Omit<typeof inbox.$inferInsert, "arrival">;

/** Inserts a delivery into the inbox. The row is committed by the time the promise resolves. */
export async function putDelivery(db: Database, row: NewInboxRow): Promise<void> {
  // prepared, which saves a round trip for every delivery
  await db.$client`
    insert into inbox (id, organisation_id, webhook, token_id, received_at, size_bytes, headers, body, refused)
    values (${row.id}, ${row.organisationId}, ${row.webhook}, ${row.tokenId}, ${row.receivedAt.toISOString()},
      ${row.sizeBytes}, ${JSON.stringify(row.headers)}, ${row.body}, ${row.refused ?? null})`;
}

/** Puts deliveries back into the inbox, so that they are merged again. Skips deliveries that the inbox already has. */
export async function requeueDeliveries(tx: Transaction, rows: NewInboxRow[]): Promise<void> {
  if (rows.length > 0) await tx.insert(inbox).values(rows).onConflictDoNothing({ target: inbox.id });
}

/**
 * Lists up to `limit` organisations with due deliveries, the longest waiting first. Leaves out the organisations in `busy`.
 */
export async function listWaitingOrganisations(
  db: Database,
  busy: readonly string[],
  limit: number,
): Promise<string[]> {
  const rows = await db.execute<{ organisation_id: string }>(sql`
    select organisation_id from inbox
    where due_at <= now() and organisation_id <> all (${`{${busy.join(",")}}`}::uuid[])
    group by organisation_id order by min(arrival) limit ${limit}`);
  return rows.map((row) => row.organisation_id);
}

/**
 * Locks the oldest due deliveries of an organisation until commit and returns them. Stops at `limit` deliveries or once
 * their sizes add up to `bytesMax`. Skips deliveries that another worker is merging. Never returns a delivery that already
 * failed together with others.
 */
export async function lockInboxRows(
  tx: Transaction,
  organisationId: string,
  limit: number,
  bytesMax: number,
): Promise<InboxRow[]> {
  const locked = await tx
    .select({ arrival: inbox.arrival, sizeBytes: inbox.sizeBytes, attempts: inbox.attempts })
    .from(inbox)
    .where(and(eq(inbox.organisationId, organisationId), lte(inbox.dueAt, sql`now()`)))
    .orderBy(asc(inbox.arrival))
    .limit(limit)
    .for("update", { skipLocked: true })
    .prepare("lock_due")
    .execute();
  const failedAt = locked.findIndex(({ attempts }) => attempts > 0);
  let bytes = 0;
  const chosen = locked.slice(0, failedAt < 0 ? limit : Math.max(1, failedAt)).filter(({ sizeBytes }) => {
    const hasRoom = bytes < bytesMax;
    bytes += sizeBytes;
    return hasRoom;
  });
  if (chosen.length === 0) return [];
  return tx
    .select()
    .from(inbox)
    .where(isOneOf(chosen.map(({ arrival }) => arrival)))
    .orderBy(asc(inbox.arrival))
    .prepare("read_locked")
    .execute();
}

const isOneOf = (arrivals: number[]) => sql`${inbox.arrival} = any (${`{${arrivals.join()}}`}::bigint[])`;

/** Removes merged deliveries from the inbox. */
export async function removeFromInbox(tx: Transaction, arrivals: number[]): Promise<void> {
  if (arrivals.length > 0) await tx.delete(inbox).where(isOneOf(arrivals)).prepare("take_out").execute();
}

/** Makes a delivery that couldn't be merged due in `dueInMs`, and counts a failed attempt. */
export async function postponeDelivery(db: Database, arrival: number, dueInMs: number): Promise<void> {
  await db
    .update(inbox)
    .set({ attempts: sql`${inbox.attempts} + 1`, dueAt: fromNow(dueInMs) })
    .where(eq(inbox.arrival, arrival));
}

/** Makes deliveries due in `dueInMs` without counting a failed attempt. */
export async function delayDeliveries(tx: Transaction, arrivals: number[], dueInMs: number): Promise<void> {
  if (arrivals.length === 0) return;
  await tx
    .update(inbox)
    .set({ dueAt: fromNow(dueInMs) })
    .where(isOneOf(arrivals));
}

/** Counts an organisation's deliveries in the inbox. */
export async function countWaiting(tx: Transaction, organisationId: string): Promise<number> {
  return tx.$count(inbox, eq(inbox.organisationId, organisationId));
}

/**
 * Locks up to `limit` deliveries in an organisation's inbox until commit and returns them. Considers only deliveries that
 * arrived after `after` and that another key sealed. `mark` is bytes 2 to 5 of anything that the current key seals. Skips
 * deliveries that a worker is merging.
 */
export async function lockSealedWithOtherKey(
  tx: Transaction,
  organisationId: string,
  mark: Buffer,
  after: number,
  limit: number,
): Promise<Pick<InboxRow, "arrival" | "id" | "body">[]> {
  return tx
    .select({ arrival: inbox.arrival, id: inbox.id, body: inbox.body })
    .from(inbox)
    .where(
      and(
        eq(inbox.organisationId, organisationId),
        gt(inbox.arrival, after),
        sql`substring(${inbox.body} from 2 for 4) <> ${mark}`,
      ),
    )
    .orderBy(asc(inbox.arrival))
    .limit(limit)
    .for("update", { skipLocked: true });
}

/** Replaces the sealed body of a delivery in the inbox. */
export async function resealDelivery(tx: Transaction, arrival: number, body: Buffer): Promise<void> {
  await tx.update(inbox).set({ body }).where(eq(inbox.arrival, arrival));
}

/** Counts the deliveries in an organisation's inbox by the mark of the key that sealed them (bytes 2 to 5). */
export async function countInboxByMark(
  tx: Transaction,
  organisationId: string,
): Promise<{ mark: Buffer; count: number }[]> {
  const mark = sql<Buffer>`substring(${inbox.body} from 2 for 4)`;
  return tx
    .select({ mark, count: sql<number>`count(*)::int` })
    .from(inbox)
    .where(eq(inbox.organisationId, organisationId))
    .groupBy(mark);
}
