import { and, eq, inArray, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Requester } from "#lib/domain/requester.ts";
import type { Database, Transaction } from "../../client.ts";
import { fromNow, leasedTable, type LeaseOf } from "../../leased.ts";
import { outbox, detectionChanges } from "../../schema/index.ts";

export const outboxLeases = leasedTable(outbox, "changeId", ["attempts"]);
export type OutboxLease = LeaseOf<typeof outboxLeases>;

/** the largest number of status changes of one organisation that are sent at once */
const share = 3;

/** Leases up to `limit` status changes that are due to be sent, each for `leaseMs`. */
export function leaseDueStatusChanges(db: Database, leaseMs: number, limit: number): Promise<OutboxLease[]> {
  return outboxLeases.lease(db, { limit, leaseMs, share });
}

/** Inserts status changes into the outbox, due in `dueInMs` by the database's clock. */
export async function putOutbox(
  tx: Transaction,
  organisationId: string,
  changeIds: string[],
  dueInMs: number,
): Promise<void> {
  if (changeIds.length === 0) return;
  const dueAt = fromNow(dueInMs);
  await tx.insert(outbox).values(changeIds.map((changeId) => ({ changeId, organisationId, dueAt })));
}

/** Removes a status change from the outbox, even if a worker has leased it. */
export async function removeOutbox(tx: Transaction, organisationId: string, changeId: string): Promise<void> {
  await tx
    .delete(outbox)
    .where(and(eq(outbox.changeId, changeId), eq(outbox.organisationId, organisationId)));
}

/**
 * Locks the outbox rows of those unsent status changes of which `changesWhere` and `rowsWhere` hold. Returns the changes' ids.
 * Locks in the order of the ids, as Undo does with several.
 */
async function lockUnsent(
  tx: Transaction,
  organisationId: string,
  changesWhere: SQL | undefined,
  rowsWhere?: SQL,
): Promise<string[]> {
  const unsent = tx
    .select({ id: detectionChanges.id })
    .from(detectionChanges)
    .where(
      and(
        eq(detectionChanges.organisationId, organisationId),
        inArray(detectionChanges.state, ["held", "sending"]),
        changesWhere,
      ),
    );
  const rows = await tx
    .select({ changeId: outbox.changeId })
    .from(outbox)
    .where(and(eq(outbox.organisationId, organisationId), inArray(outbox.changeId, unsent), rowsWhere))
    .orderBy(outbox.changeId)
    .for("update");
  return rows.map(({ changeId }) => changeId);
}

/** Removes the unsent status changes of a configuration from the outbox. */
export async function removeOutboxOf(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
): Promise<void> {
  const ids = await lockUnsent(tx, organisationId, eq(detectionChanges.configurationId, configurationId));
  if (ids.length > 0) await tx.delete(outbox).where(inArray(outbox.changeId, ids));
}

/**
 * Makes the unsent status changes of a requester due now. Callers have just taken the requester's access away, so the worker
 * ends the changes without sending them, and the detections aren't pending any longer. Without `tokenId` and
 * `sessionHashes`, all changes of the person become due.
 */
export async function hastenOutboxOf(
  tx: Transaction,
  organisationId: string,
  { userId, tokenId, sessionHashes }: Pick<Requester, "userId" | "tokenId"> & { sessionHashes?: string[] },
): Promise<void> {
  const { requester, requestedById } = detectionChanges;
  const ids = await lockUnsent(
    tx,
    organisationId,
    and(
      eq(requestedById, userId),
      tokenId ? eq(sql`${requester} ->> 'tokenId'`, tokenId) : undefined,
      sessionHashes ? inArray(sql`${requester} ->> 'sessionHash'`, sessionHashes) : undefined,
    ),
    or(isNull(outbox.leasedUntil), lte(outbox.leasedUntil, sql`now()`)),
  );
  if (ids.length > 0)
    await tx
      .update(outbox)
      .set({ dueAt: fromNow(0) })
      .where(inArray(outbox.changeId, ids));
}
