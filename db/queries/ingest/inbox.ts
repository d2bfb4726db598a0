import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { fromNow } from "../../leased.ts";
import { inbox } from "../../schema/index.ts";

export type InboxRow = typeof inbox.$inferSelect;
export type NewInboxRow = Omit<typeof inbox.$inferInsert, "arrival">;

/** Puts a delivery into the inbox: one statement, committed when it resolves. */
export async function putDelivery(db: Database, row: NewInboxRow): Promise<void> {
  // prepared: one round trip and not two, with every delivery
  await db.$client`
    insert into inbox (id, organisation_id, webhook, token_id, received_at, size_bytes, headers, body, refused)
    values (${row.id}, ${row.organisationId}, ${row.webhook}, ${row.tokenId}, ${row.receivedAt.toISOString()},
      ${row.sizeBytes}, ${JSON.stringify(row.headers)}, ${row.body}, ${row.refused ?? null})`;
}

/** Puts deliveries back, to be merged anew; those that wait already are left. */
export async function putBack(tx: Transaction, rows: NewInboxRow[]): Promise<void> {
  if (rows.length > 0) await tx.insert(inbox).values(rows).onConflictDoNothing({ target: inbox.id });
}

/** Up to `limit` organisations that have deliveries due, the longest waiting first, without those in `busy`. */
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
 * The oldest due deliveries of an organisation that nobody else is merging: up to `limit`, and no further one once they
 * weigh `bytesMax`. One that failed before comes alone. They aren't leased: merging takes one transaction, and they are
 * locked until it ends.
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

/** Takes merged deliveries out of the inbox. */
export async function takeOut(tx: Transaction, arrivals: number[]): Promise<void> {
  if (arrivals.length > 0) await tx.delete(inbox).where(isOneOf(arrivals)).prepare("take_out").execute();
}

/** Puts a delivery that couldn't be merged off by `dueInMs`, and counts the attempt. */
export async function postponeDelivery(db: Database, arrival: number, dueInMs: number): Promise<void> {
  await db
    .update(inbox)
    .set({ attempts: sql`${inbox.attempts} + 1`, dueAt: fromNow(dueInMs) })
    .where(eq(inbox.arrival, arrival));
}

/** Puts deliveries off by `dueInMs`, without counting an attempt. */
export async function leaveForLater(tx: Transaction, arrivals: number[], dueInMs: number): Promise<void> {
  if (arrivals.length === 0) return;
  await tx
    .update(inbox)
    .set({ dueAt: fromNow(dueInMs) })
    .where(isOneOf(arrivals));
}

/** How many deliveries of an organisation wait. */
export async function countWaiting(tx: Transaction, organisationId: string): Promise<number> {
  return tx.$count(inbox, eq(inbox.organisationId, organisationId));
}

/**
 * Deliveries of an organisation that arrived after `after` and whose bodies don't carry `mark`, the key's, where a
 * sealed value has it: up to `limit`, locked until commit. Those that are being merged are left.
 */
export async function listSealedOtherwise(
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

/** Puts a body sealed anew in the place of a delivery's. */
export async function resealDelivery(tx: Transaction, arrival: number, body: Buffer): Promise<void> {
  await tx.update(inbox).set({ body }).where(eq(inbox.arrival, arrival));
}
