import { and, desc, eq, gte, inArray, lt, sql, type SQL } from "drizzle-orm";
import type { Severity } from "#lib/domain/severity.ts";
import type { Status } from "#lib/domain/status.ts";
import type { Transaction } from "../../client.ts";
import { detectionCounts, detections } from "../../schema/index.ts";
import { acknowledgedBy } from "./detections.ts";

export type FeedFilter = {
  severities?: Severity[];
  statuses?: Status[];
  configurationIds?: string[];
  since?: Date;
  until?: Date;
  text?: string;
  /** limits the result to the detections with these ids */
  ids?: string[];
};
/** The position of a page's last row: the row's time with microseconds, and its id. The next page begins after it. */
export type FeedCursor = { at: string; id: string };

/** The columns of a detection that lists and streams show, and `cursorAt`, from which the next page's cursor is made. */
export const feedColumns = {
  id: detections.id,
  title: detections.title,
  severity: detections.severity,
  status: detections.status,
  pendingStatus: detections.pendingStatus,
  pendingChangeId: detections.pendingChangeId,
  syncState: detections.syncState,
  resourceName: detections.resourceName,
  resourceType: detections.resourceType,
  configurationId: detections.configurationId,
  tactics: detections.tactics,
  isSample: detections.isSample,
  isIncident: detections.isIncident,
  acknowledgedBy,
  acknowledgedAt: detections.acknowledgedAt,
  occurredAt: detections.occurredAt,
  receivedAt: detections.receivedAt,
  changeSequence: detections.changeSequence,
  cursorAt: sql<string>`to_char(${detections.occurredAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
};

/** Lists a page of the feed after `cursor`, newest first. Every page takes the same time, wherever it is in the feed. */
export async function listFeed(
  tx: Transaction,
  organisationId: string,
  filter: FeedFilter,
  cursor: FeedCursor | null,
  limit: number,
) {
  const base = tx.select(feedColumns).from(detections);
  const order = [desc(detections.occurredAt), desc(detections.id)];
  if (filter.ids?.length) {
    return base
      .where(
        and(
          eq(detections.organisationId, organisationId),
          inArray(detections.id, filter.ids),
          filter.configurationIds?.length
            ? inArray(detections.configurationId, filter.configurationIds)
            : undefined,
        ),
      )
      .orderBy(...order)
      .limit(limit);
  }
  if (filter.text) {
    const ids = await searchIds(tx, filter, cursor, limit);
    if (ids.length === 0) return [];
    return base
      .where(and(eq(detections.organisationId, organisationId), inArray(detections.id, ids)))
      .orderBy(...order);
  }
  const where: SQL[] = [eq(detections.organisationId, organisationId)];
  if (filter.severities?.length) where.push(inArray(detections.severity, filter.severities));
  if (filter.statuses?.length) where.push(inArray(detections.status, filter.statuses));
  if (filter.configurationIds?.length)
    where.push(inArray(detections.configurationId, filter.configurationIds));
  if (filter.since) where.push(gte(detections.occurredAt, filter.since));
  if (filter.until) where.push(lt(detections.occurredAt, filter.until));
  if (cursor) {
    where.push(
      sql`(${detections.occurredAt}, ${detections.id}) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)`,
    );
  }
  return base
    .where(and(...where))
    .orderBy(...order)
    .limit(limit);
}

export type FeedRow = Awaited<ReturnType<typeof listFeed>>[number];

/**
 * Returns those of `ids` whose detections contain `text`. The result must agree with the database function
 * `search_detections`.
 */
export async function listContaining(
  tx: Transaction,
  organisationId: string,
  ids: string[],
  text: string,
): Promise<string[]> {
  const rows = await tx
    .select({ id: detections.id })
    .from(detections)
    .where(
      and(
        eq(detections.organisationId, organisationId),
        inArray(detections.id, ids),
        sql`strpos(${detections.searchText}, lower(${text})) > 0`,
      ),
    );
  return rows.map((row) => row.id);
}

async function searchIds(
  tx: Transaction,
  filter: FeedFilter,
  cursor: FeedCursor | null,
  limit: number,
): Promise<string[]> {
  const list = (values: string[] | undefined) => (values?.length ? `{${values.join(",")}}` : null);
  const rows = await tx.execute<{ id: string }>(sql`
    select id from search_detections(
      ${filter.text}, ${list(filter.severities)}::text[], ${list(filter.statuses)}::text[],
      ${list(filter.configurationIds)}::uuid[], ${filter.since?.toISOString() ?? null}::timestamptz,
      ${filter.until?.toISOString() ?? null}::timestamptz, ${cursor?.at ?? null}::timestamptz,
      ${cursor?.id ?? null}::uuid, ${limit}::integer)`);
  return rows.map((row) => row.id);
}

/** Counts detections by configuration, severity and status, without samples. The result lacks zero counts. */
export async function listCounts(tx: Transaction, organisationId: string) {
  return tx
    .select({
      configurationId: detectionCounts.configurationId,
      severity: detectionCounts.severity,
      status: detectionCounts.status,
      count: detectionCounts.count,
    })
    .from(detectionCounts)
    .where(and(eq(detectionCounts.organisationId, organisationId), sql`${detectionCounts.count} > 0`));
}
