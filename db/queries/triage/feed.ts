import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { DetectionOrder, DetectionQuery } from "#lib/domain/detection-query.ts";
import { severityRank } from "#lib/domain/severity.ts";
import type { Transaction } from "../../client.ts";
import { detectionCounts, detections } from "../../schema/index.ts";
import { ownerName, silentOwnerName } from "./detections.ts";

/**
 * The position of a page's last row: the row's time with microseconds, its id and, in a list ordered by severity, its rank. The
 * next page begins after it.
 */
export type FeedCursor = { rank: number | null; at: string; id: string };

type FindOptions = {
  readable: readonly string[] | null;
  order: DetectionOrder;
  cursor: FeedCursor | null;
  limit: number;
};

/** The columns of a detection that lists and streams show, and `cursorAt`, from which the next page's cursor is made. */
export const feedColumns = {
  id: detections.id,
  title: detections.title,
  severity: detections.severity,
  severityRank: detections.severityRank,
  status: detections.status,
  box: detections.box,
  pendingStatus: detections.pendingStatus,
  pendingChangeId: detections.pendingChangeId,
  syncState: detections.syncState,
  resourceName: detections.resourceName,
  resourceType: detections.resourceType,
  configurationId: detections.configurationId,
  tactics: detections.tactics,
  isSample: detections.isSample,
  isIncident: detections.isIncident,
  commentCount: detections.commentCount,
  reference: detections.reference,
  verdict: detections.verdict,
  reason: detections.reason,
  ownerId: detections.ownerId,
  ownerName,
  silentOwnerName,
  ownedSince: detections.ownedSince,
  occurredAt: detections.occurredAt,
  receivedAt: detections.receivedAt,
  changeSequence: detections.changeSequence,
  cursorAt: sql<string>`to_char(${detections.occurredAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
};

/**
 * Finds up to `limit` detections in the order `order`, after `cursor`. `readable` has the ids of the configurations that the
 * reader may see; null means all. Every page takes the same time, wherever it is in the list.
 */
export async function findDetections(
  tx: Transaction,
  query: DetectionQuery,
  { readable, order, cursor, limit }: FindOptions,
): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select id from find_detections(
      ${JSON.stringify(query)}::text::jsonb, ${readable ? `{${readable.join(",")}}` : null}::uuid[], ${order},
      ${cursor?.rank ?? null}::integer, ${cursor?.at ?? null}::timestamptz, ${cursor?.id ?? null}::uuid,
      ${limit}::integer)`);
  return rows.map(({ id }) => id);
}

/** Returns the detections with these ids, in the order of the ids. Leaves out ids that don't exist. */
export async function listFeedRows(tx: Transaction, organisationId: string, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const rows = await tx
    .select(feedColumns)
    .from(detections)
    .where(and(eq(detections.organisationId, organisationId), inArray(detections.id, [...ids])));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export type FeedRow = Awaited<ReturnType<typeof listFeedRows>>[number];

/** Counts detections by configuration, box, severity and status. The result lacks zero counts. */
export async function listCounts(tx: Transaction, organisationId: string) {
  return tx
    .select({
      configurationId: detectionCounts.configurationId,
      box: detectionCounts.box,
      severity: detectionCounts.severity,
      status: detectionCounts.status,
      count: detectionCounts.count,
    })
    .from(detectionCounts)
    .where(and(eq(detectionCounts.organisationId, organisationId), sql`${detectionCounts.count} > 0`));
}

/** Counts a person's own detections, and those of High or unknown severity among them. `readable` as in `findDetections`. */
export async function countOwned(
  tx: Transaction,
  organisationId: string,
  userId: string,
  readable: readonly string[],
): Promise<ViewCount> {
  return countWhere(
    tx,
    readable,
    and(
      eq(detections.organisationId, organisationId),
      eq(detections.ownerId, userId),
      // as in the index detections_owned
      eq(detections.box, "owned"),
    ),
  );
}

/** Counts the detections with a change that wasn't saved at the vendor, and those of High or unknown severity among them. */
export async function countNotSaved(
  tx: Transaction,
  organisationId: string,
  readable: readonly string[],
): Promise<ViewCount> {
  return countWhere(
    tx,
    readable,
    // as in the index detections_not_saved
    and(
      eq(detections.organisationId, organisationId),
      sql`${detections.syncState} in ('diverged', 'failed')`,
    ),
  );
}

/** The number of detections in a view, and of those with High or unknown severity among them. */
export type ViewCount = { total: number; high: number };

async function countWhere(
  tx: Transaction,
  readable: readonly string[],
  where: SQL | undefined,
): Promise<ViewCount> {
  if (readable.length === 0) return { total: 0, high: 0 };
  const [row] = await tx
    .select({
      total: sql<number>`count(*)::integer`,
      high: sql<number>`(count(*) filter (where ${detections.severityRank} >= ${severityRank.high}))::integer`,
    })
    .from(detections)
    .where(and(where, inArray(detections.configurationId, [...readable])));
  return row ?? { total: 0, high: 0 };
}

/** Returns the detection of High or unknown severity that has needed triage for longest, or undefined if there is none. */
export async function getOldestHigh(tx: Transaction, organisationId: string, readable: readonly string[]) {
  if (readable.length === 0) return undefined;
  const rows = await tx
    .select({ id: detections.id, occurredAt: detections.occurredAt })
    .from(detections)
    .where(
      and(
        eq(detections.organisationId, organisationId),
        eq(detections.box, "triage"),
        eq(detections.severityRank, severityRank.high),
        inArray(detections.configurationId, [...readable]),
      ),
    )
    .orderBy(asc(detections.occurredAt), asc(detections.id))
    .limit(1);
  return rows[0];
}
