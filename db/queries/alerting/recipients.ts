import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { NotificationReason } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { insertRecords } from "../../records.ts";
import { devices, notices, notificationGroups, notifications, users } from "../../schema/index.ts";
import type { NotificationRow } from "./notifications.ts";

/**
 * Whether anything that was claimed for a detection reaches someone, or still may. What waits for a summary that was said
 * to nobody reaches nobody, and where somebody has to be told `atOnce`, none that waits counts.
 */
export async function isAnyoneNotified(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  atOnce: boolean,
): Promise<boolean> {
  const first = alias(notifications, "first");
  const said = alias(notifications, "said");
  const rows = await tx
    .select({ id: notifications.id })
    .from(notifications)
    .leftJoin(
      first,
      and(eq(first.organisationId, notifications.organisationId), eq(first.id, notifications.groupedInto)),
    )
    .leftJoin(
      notices,
      and(eq(notices.organisationId, notifications.organisationId), eq(notices.id, notifications.noticeId)),
    )
    .leftJoin(
      said,
      and(
        eq(said.organisationId, notifications.organisationId),
        eq(said.noticeId, notifications.noticeId),
        isNull(said.detectionId),
        inArray(said.state, ["queued", "accepted"]),
      ),
    )
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.detectionId, detectionId),
        or(
          inArray(notifications.state, ["queued", "accepted"]),
          atOnce
            ? undefined
            : and(eq(notifications.state, "held"), or(isNull(notices.endedAt), isNotNull(said.id))),
          and(eq(notifications.state, "folded"), inArray(first.state, ["queued", "accepted"])),
        ),
      ),
    )
    .limit(1);
  if (rows.length > 0) return true;
  const counted = await tx
    .select({ id: notifications.id })
    .from(notificationGroups)
    .innerJoin(
      notifications,
      and(foldsInto(notifications), inArray(notifications.state, ["queued", "accepted"])),
    )
    .where(foldsOf(organisationId, detectionId))
    .limit(1);
  return counted.length > 0;
}

/** The detections that are counted in a notification, at most `most`. */
export async function listGroupedIn(
  tx: Transaction,
  { organisationId, id, detectionId, noticeId, reason }: NotificationRow,
  most: number,
): Promise<string[]> {
  const isCounted =
    detectionId === null && noticeId !== null
      ? and(eq(notifications.noticeId, noticeId), eq(notifications.state, "held"))
      : eq(notifications.groupedInto, id);
  const apart = await tx
    .selectDistinct({ id: notifications.detectionId })
    .from(notifications)
    .where(and(eq(notifications.organisationId, organisationId), isCounted))
    .limit(most);
  const together = detectionId
    ? await tx
        .select({ id: notificationGroups.detectionId })
        .from(notificationGroups)
        .where(
          and(
            eq(notificationGroups.organisationId, organisationId),
            eq(notificationGroups.intoDetectionId, detectionId),
            eq(notificationGroups.intoReason, reason),
          ),
        )
        .limit(most)
    : [];
  return [...new Set([...apart, ...together].flatMap((one) => one.id ?? []))];
}

/** Whether anything was claimed for a detection for this reason. */
export async function isNotifiedFor(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  reason: NotificationReason,
): Promise<boolean> {
  const rows = await tx
    .select({ id: notifications.id })
    .from(notifications)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.detectionId, detectionId),
        eq(notifications.reason, reason),
      ),
    )
    .limit(1);
  if (rows.length > 0) return true;
  const counted = await tx
    .select({ detectionId: notificationGroups.detectionId })
    .from(notificationGroups)
    .where(and(foldsOf(organisationId, detectionId), eq(notificationGroups.reason, reason)));
  return counted.length > 0;
}

/** Nobody else looks for who is told of a detection at last until commit. */
export async function lockLastNotified(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext(${`last told ${organisationId} ${detectionId}`}))`,
  );
}

/** How many alerts were counted into each of these notifications; one that none was counted into is left out. */
export async function countGrouped(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const apart = await tx
    .select({ id: sql<string>`${notifications.groupedInto}`, count: sql<number>`count(*)::int` })
    .from(notifications)
    .where(
      and(eq(notifications.organisationId, organisationId), inArray(notifications.groupedInto, [...ids])),
    )
    .groupBy(notifications.groupedInto);
  const together = await tx
    .select({ id: notifications.id, count: sql<number>`count(*)::int` })
    .from(notifications)
    .innerJoin(notificationGroups, foldsInto(notifications))
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.id, [...ids])))
    .groupBy(notifications.id);
  const counts = new Map<string, number>();
  for (const { id, count } of [...apart, ...together]) counts.set(id, (counts.get(id) ?? 0) + count);
  return counts;
}

const foldsInto = (first: typeof notifications) =>
  and(
    eq(notificationGroups.organisationId, first.organisationId),
    eq(notificationGroups.intoDetectionId, first.detectionId),
    eq(notificationGroups.intoReason, first.reason),
  );
const foldsOf = (organisationId: string, detectionId: string) =>
  and(eq(notificationGroups.organisationId, organisationId), eq(notificationGroups.detectionId, detectionId));

export type NewGroup = Omit<typeof notificationGroups.$inferInsert, "organisationId">;

/** Counts detections in what rang for others: those that were counted before are left. */
export async function insertGroups(
  tx: Transaction,
  organisationId: string,
  rows: readonly NewGroup[],
): Promise<void> {
  await insertRecords(
    tx,
    notificationGroups,
    rows.map((row) => ({ ...row, organisationId })),
    sql`on conflict do nothing`,
  );
}

/** more than two hundred devices, each told of the alert, of its escalation and as an admin */
const toldMost = 1_000;

/** Who was told of a detection, in the order in which they were. A device that was removed since has no name. */
export async function listRecipients(tx: Transaction, organisationId: string, detectionId: string) {
  const told = await selectTold(tx)
    .where(and(eq(notifications.organisationId, organisationId), eq(notifications.detectionId, detectionId)))
    .orderBy(asc(notifications.queuedAt), asc(users.displayName), asc(notifications.id))
    .limit(toldMost);
  const folds = await tx.select().from(notificationGroups).where(foldsOf(organisationId, detectionId));
  for (const { intoDetectionId, intoReason, reason, at } of folds) {
    const rang = await selectTold(tx)
      .where(
        and(
          eq(notifications.organisationId, organisationId),
          eq(notifications.detectionId, intoDetectionId),
          eq(notifications.reason, intoReason),
          inArray(notifications.state, ["queued", "accepted"]),
          isNotNull(notifications.deviceId),
        ),
      )
      .orderBy(asc(users.displayName), asc(notifications.id))
      .limit(toldMost);
    const none = { problem: null, acceptedAt: null, shownAt: null, openedAt: null, actedAt: null };
    told.push(...rang.map((one) => ({ ...one, ...none, reason, state: "folded" as const, queuedAt: at })));
  }
  return told;
}

const selectTold = (tx: Transaction) =>
  tx
    .select({
      id: notifications.id,
      reason: notifications.reason,
      channel: notifications.channel,
      deviceId: notifications.deviceId,
      noticeKind: notices.kind,
      noticeEndedAt: notices.endedAt,
      person: users.displayName,
      device: devices.name,
      state: notifications.state,
      problem: notifications.problem,
      queuedAt: notifications.queuedAt,
      acceptedAt: notifications.acceptedAt,
      shownAt: notifications.shownAt,
      openedAt: notifications.openedAt,
      actedAt: notifications.actedAt,
    })
    .from(notifications)
    .innerJoin(users, eq(users.id, notifications.userId))
    .leftJoin(
      devices,
      and(eq(devices.organisationId, notifications.organisationId), eq(devices.id, notifications.deviceId)),
    )
    .leftJoin(
      notices,
      and(eq(notices.organisationId, notifications.organisationId), eq(notices.id, notifications.noticeId)),
    );
