import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { type Counts, HistoryDetail } from "#lib/domain/digest.ts";
import type { NoticeKind } from "#lib/domain/notification.ts";
import { type Severity, severities } from "#lib/domain/severity.ts";
import type { Transaction } from "../../client.ts";
import { insertRecords } from "../../records.ts";
import { detections, notices, notifications } from "../../schema/index.ts";

export type NoticeRow = typeof notices.$inferSelect;
type Detail = NoticeRow["detail"];

const one = (organisationId: string, id: string) =>
  and(eq(notices.organisationId, organisationId), eq(notices.id, id));

/** What a notice is about: at most one is open for each. */
export type About = { kind: NoticeKind; configurationId: string | null; userId: string | null };

const isAbout = ({ kind, configurationId, userId }: About) =>
  and(
    eq(notices.kind, kind),
    configurationId ? eq(notices.configurationId, configurationId) : isNull(notices.configurationId),
    userId ? eq(notices.userId, userId) : isNull(notices.userId),
    isNull(notices.endedAt),
  );

/** Opens a notice, unless one is open; gives the new one's id, or null. */
export async function openNotice(
  tx: Transaction,
  organisationId: string,
  about: About,
  row: { id: string; detail: Detail; createdAt: Date },
): Promise<string | null> {
  const rows = await tx
    .insert(notices)
    .values({ organisationId, ...about, ...row })
    .onConflictDoNothing()
    .returning({ id: notices.id });
  return rows[0]?.id ?? null;
}

/**
 * The open notices of one kind for these people, opened where there is none; by person, with whether it is new. None
 * of them ends until commit, so that what is put to it now is counted in it.
 */
export async function openPersonalDigests(
  tx: Transaction,
  organisationId: string,
  kind: NoticeKind,
  userIds: readonly string[],
  idOf: () => string,
  createdAt: Date,
): Promise<Map<string, { id: string; isNew: boolean }>> {
  const found = new Map<string, { id: string; isNew: boolean }>();
  // always in one order, or two of us could wait for each other
  for (let left = [...new Set(userIds)].sort(); left.length > 0; left = left.filter((id) => !found.has(id))) {
    const rows = left.map((userId) => ({
      organisationId,
      id: idOf(),
      kind,
      userId,
      detail: {},
      createdAt,
    }));
    const added = await insertRecords<typeof notices, { id: string }>(
      tx,
      notices,
      rows,
      sql`on conflict do nothing returning id`,
    );
    const isNew = new Set(added.map(({ id }) => id));
    const open = await tx
      .select({ id: notices.id, userId: notices.userId })
      .from(notices)
      .where(
        and(
          eq(notices.organisationId, organisationId),
          eq(notices.kind, kind),
          inArray(notices.userId, left),
          isNull(notices.configurationId),
          isNull(notices.endedAt),
        ),
      )
      .for("share");
    for (const { id, userId } of open) if (userId) found.set(userId, { id, isNew: isNew.has(id) });
  }
  return found;
}

/** The open notice about something, locked until commit; undefined when there is none. */
export async function lockOpenNotice(
  tx: Transaction,
  organisationId: string,
  about: About,
): Promise<NoticeRow | undefined> {
  const rows = await tx
    .select()
    .from(notices)
    .where(and(eq(notices.organisationId, organisationId), isAbout(about)))
    .for("update");
  return rows[0];
}

/** One notice, locked until commit, or undefined. */
export async function lockNotice(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<NoticeRow | undefined> {
  const rows = await tx.select().from(notices).where(one(organisationId, id)).for("update");
  return rows[0];
}

/** One notice, or undefined. */
export async function getNotice(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<NoticeRow | undefined> {
  const rows = await tx.select().from(notices).where(one(organisationId, id));
  return rows[0];
}

/** The open notices of an organisation of these kinds. */
export async function listOpenNotices(
  tx: Transaction,
  organisationId: string,
  kinds: readonly NoticeKind[],
): Promise<NoticeRow[]> {
  return tx
    .select()
    .from(notices)
    .where(
      and(
        eq(notices.organisationId, organisationId),
        inArray(notices.kind, [...kinds]),
        isNull(notices.endedAt),
      ),
    )
    .for("update");
}

/** Writes some of a notice's columns. */
export async function updateNotice(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<Pick<NoticeRow, "detail" | "rounds" | "endedAt">>,
): Promise<void> {
  await tx.update(notices).set(values).where(one(organisationId, id));
}

/** What waits for a notice, by severity, of these configurations, and how many of it are closed by now. */
export async function countDeferred(
  tx: Transaction,
  organisationId: string,
  noticeId: string,
  configurationIds: readonly string[],
): Promise<{ severity: Severity; alerts: number; closed: number }[]> {
  if (configurationIds.length === 0) return [];
  return tx
    .select({
      severity: detections.severity,
      alerts: sql<number>`count(distinct ${detections.id})::int`,
      closed: sql<number>`count(distinct ${detections.id}) filter (where ${detections.status} in ('resolved', 'dismissed'))::int`,
    })
    .from(notifications)
    .innerJoin(
      detections,
      and(
        eq(detections.organisationId, notifications.organisationId),
        eq(detections.id, notifications.detectionId),
      ),
    )
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.noticeId, noticeId),
        eq(notifications.state, "held"),
        inArray(detections.configurationId, [...configurationIds]),
      ),
    )
    .groupBy(detections.severity);
}

/** The detections that wait for a notice, at most `most`. */
export async function listDeferredIn(
  tx: Transaction,
  organisationId: string,
  noticeId: string,
  most: number,
): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ id: notifications.detectionId })
    .from(notifications)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.noticeId, noticeId),
        eq(notifications.state, "held"),
      ),
    )
    .limit(most);
  return rows.flatMap(({ id }) => id ?? []);
}

/** Forgets notices that ended before `before`, and what was sent of anything before then; says how many went. */
export async function deleteOldNotifications(
  tx: Transaction,
  organisationId: string,
  before: Date,
  most: number,
): Promise<number> {
  const at = before.toISOString();
  await tx.execute(
    sql`delete from notices where organisation_id = ${organisationId}::uuid and ended_at < ${at}::timestamptz`,
  );
  const folds = await tx.execute(sql`
    delete from notification_groups where organisation_id = ${organisationId}::uuid and (detection_id, reason) in (
      select detection_id, reason from notification_groups
      where organisation_id = ${organisationId}::uuid and at < ${at}::timestamptz limit ${most})
    returning detection_id`);
  const rows = await tx.execute(sql`
    delete from notifications where organisation_id = ${organisationId}::uuid and id in (
      select id from notifications where organisation_id = ${organisationId}::uuid and queued_at < ${at}::timestamptz
        and state <> 'queued' limit ${most})
    returning id`);
  return rows.length + folds.length;
}

/** Adds to what the open digest of history counts; false when none is open. */
export async function addToHistory(
  tx: Transaction,
  organisationId: string,
  about: About,
  counts: Counts,
): Promise<boolean> {
  const open = await lockOpenNotice(tx, organisationId, about);
  if (!open) return false;
  const detail = HistoryDetail.parse(open.detail);
  const sums = { ...detail.severities };
  for (const severity of severities)
    if (counts[severity]) sums[severity] = (sums[severity] ?? 0) + counts[severity];
  await updateNotice(tx, organisationId, open.id, { detail: { ...detail, severities: sums } });
  return true;
}
