import { and, asc, eq, gt, inArray, lt, lte, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { detections, detectionTombstones } from "../../schema/index.ts";
import { feedColumns } from "./feed.ts";

/** Returns the last change number of each organisation, keyed by organisation id. The result lacks unknown organisations. */
export async function listLastChanges(
  db: Database | Transaction,
  organisationIds: string[],
): Promise<Map<string, number>> {
  if (organisationIds.length === 0) return new Map();
  const rows = await db.execute<{ organisation_id: string; last_sequence: string }>(
    sql`select organisation_id, last_sequence from last_changes(${`{${organisationIds.join(",")}}`}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.organisation_id, Number(row.last_sequence)]));
}

/** Returns the organisation's last change number. The transaction's next query sees all changes up to this number. */
export async function getLastChange(tx: Transaction, organisationId: string): Promise<number> {
  return (await listLastChanges(tx, [organisationId])).get(organisationId) ?? 0;
}

/**
 * Lists up to `limit` detections with change numbers greater than `after` and at most `upTo`, in the order of these numbers.
 */
export async function listChanged(
  tx: Transaction,
  organisationId: string,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
) {
  return tx
    .select(feedColumns)
    .from(detections)
    .where(
      and(
        eq(detections.organisationId, organisationId),
        gt(detections.changeSequence, after),
        lte(detections.changeSequence, upTo),
      ),
    )
    .orderBy(asc(detections.changeSequence))
    .limit(limit);
}

/**
 * Lists up to `limit` deleted detections with change numbers greater than `after` and at most `upTo`, in the order of these
 * numbers.
 */
export async function listDeleted(
  tx: Transaction,
  organisationId: string,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
) {
  return tx
    .select({ id: detectionTombstones.detectionId, changeSequence: detectionTombstones.changeSequence })
    .from(detectionTombstones)
    .where(
      and(
        eq(detectionTombstones.organisationId, organisationId),
        gt(detectionTombstones.changeSequence, after),
        lte(detectionTombstones.changeSequence, upTo),
      ),
    )
    .orderBy(asc(detectionTombstones.changeSequence))
    .limit(limit);
}

/**
 * Estimates when the change with this number was made, from the times of changes with nearby numbers. The estimate is never
 * later than the change. Returns null if no such time is found.
 */
export async function getChangeTime(
  tx: Transaction,
  organisationId: string,
  sequence: number,
): Promise<Date | null> {
  // a row that has changed since has a higher number, but its timeline still has the earlier change
  const [row] = await tx.execute<{ at: string | null }>(sql`
    with around as (
      (select id from detections where organisation_id = ${organisationId}::uuid and change_sequence <= ${sequence}
        order by change_sequence desc limit 1)
      union all
      (select id from detections where organisation_id = ${organisationId}::uuid and change_sequence > ${sequence}
        order by change_sequence limit 50)
    )
    select greatest(
      (select max(e.at) from around cross join lateral (
        select at from detection_events where organisation_id = ${organisationId}::uuid and detection_id = around.id
          and change_sequence <= ${sequence} order by change_sequence desc limit 1) e),
      (select deleted_at from detection_tombstones
        where organisation_id = ${organisationId}::uuid and change_sequence <= ${sequence}
        order by change_sequence desc limit 1)
    )::text as at`);
  return row?.at ? new Date(row.at) : null;
}

/**
 * Deletes up to `limit` tombstones of detections that were deleted before the time `before`. Returns the number of deleted
 * rows.
 */
export async function deleteOldTombstones(
  tx: Transaction,
  organisationId: string,
  before: Date,
  limit: number,
): Promise<number> {
  const old = and(
    eq(detectionTombstones.organisationId, organisationId),
    lt(detectionTombstones.deletedAt, before),
  );
  const batch = tx
    .select({ id: detectionTombstones.detectionId })
    .from(detectionTombstones)
    .where(old)
    .limit(limit);
  const rows = await tx
    .delete(detectionTombstones)
    .where(and(old, inArray(detectionTombstones.detectionId, batch)))
    .returning({ id: detectionTombstones.detectionId });
  return rows.length;
}
