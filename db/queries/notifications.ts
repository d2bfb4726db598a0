import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { NotificationReason } from "#lib/domain/notification.ts";
import type { Transaction } from "../client.ts";
import { insertRecords } from "../records.ts";
import { detections, devices, notices, notificationFolds, notifications, users } from "../schema/index.ts";

export type NotificationRow = typeof notifications.$inferSelect;
export type NewNotification = Pick<NotificationRow, "id" | "userId" | "reason" | "queuedAt" | "state"> &
  Partial<NotificationRow>;

const one = (organisationId: string, id: string) =>
  and(eq(notifications.organisationId, organisationId), eq(notifications.id, id));

/** Claims notifications: those that were claimed before are left. Gives the ids of the new ones. */
export async function insertNotifications(
  tx: Transaction,
  organisationId: string,
  rows: NewNotification[],
): Promise<string[]> {
  const inserted = await insertRecords<typeof notifications, { id: string }>(
    tx,
    notifications,
    rows.map((row) => ({ channel: "push" as const, round: 0, ...row, organisationId })),
    sql`on conflict do nothing returning id`,
  );
  return inserted.map(({ id }) => id);
}

/** For how many alerts, and for how many that had to be told at once, each person's devices rang since `since`. */
export async function countRings(
  tx: Transaction,
  organisationId: string,
  since: Date,
): Promise<Map<string, { all: number; urgent: number }>> {
  const rows = await tx
    .select({
      userId: notifications.userId,
      all: sql<number>`count(distinct ${notifications.detectionId})::int`,
      urgent: sql<number>`count(distinct ${notifications.detectionId})
        filter (where ${detections.severity} in ('high', 'unknown'))::int`,
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
        gt(notifications.queuedAt, since),
        inArray(notifications.state, ["queued", "accepted"]),
        isNotNull(notifications.detectionId),
        eq(notifications.channel, "push"),
      ),
    )
    .groupBy(notifications.userId);
  return new Map(rows.map(({ userId, all, urgent }) => [userId, { all, urgent }]));
}

/**
 * Whether anything that was claimed for a detection reaches someone, or still may. What waits for a summary that was said
 * to nobody reaches nobody, and where somebody has to be told `atOnce`, none that waits counts.
 */
export async function isAnyoneTold(
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
      and(eq(first.organisationId, notifications.organisationId), eq(first.id, notifications.foldedInto)),
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
    .from(notificationFolds)
    .innerJoin(
      notifications,
      and(foldsInto(notifications), inArray(notifications.state, ["queued", "accepted"])),
    )
    .where(foldsOf(organisationId, detectionId))
    .limit(1);
  return counted.length > 0;
}

/** The detections that are counted in a notification, at most `most`. */
export async function listCountedIn(
  tx: Transaction,
  { organisationId, id, detectionId, noticeId, reason }: NotificationRow,
  most: number,
): Promise<string[]> {
  const isCounted =
    detectionId === null && noticeId !== null
      ? and(eq(notifications.noticeId, noticeId), eq(notifications.state, "held"))
      : eq(notifications.foldedInto, id);
  const apart = await tx
    .selectDistinct({ id: notifications.detectionId })
    .from(notifications)
    .where(and(eq(notifications.organisationId, organisationId), isCounted))
    .limit(most);
  const together = detectionId
    ? await tx
        .select({ id: notificationFolds.detectionId })
        .from(notificationFolds)
        .where(
          and(
            eq(notificationFolds.organisationId, organisationId),
            eq(notificationFolds.intoDetectionId, detectionId),
            eq(notificationFolds.intoReason, reason),
          ),
        )
        .limit(most)
    : [];
  return [...new Set([...apart, ...together].flatMap((one) => one.id ?? []))];
}

/** Whether anything was claimed for a detection for this reason. */
export async function isClaimedFor(
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
    .select({ detectionId: notificationFolds.detectionId })
    .from(notificationFolds)
    .where(and(foldsOf(organisationId, detectionId), eq(notificationFolds.reason, reason)));
  return counted.length > 0;
}

/** What tells one kind of alerts from another: `alertType` is null where those of any type are alike. */
export type RangKind = { configurationId: string; alertType: string | null };
export const rangKey = ({ configurationId, alertType }: RangKind): string =>
  `${configurationId} ${alertType ?? ""}`;

/** Nobody else decides on alerts of these kinds until commit. */
export async function lockRangKinds(
  tx: Transaction,
  organisationId: string,
  kinds: readonly RangKind[],
): Promise<void> {
  const names = kinds.map((kind) => `rang ${organisationId} ${rangKey(kind)}`);
  // always in one order, or two of us could wait for each other
  await tx.execute(sql`
    select pg_advisory_xact_lock(hash) from (
      select distinct hashtext(name) as hash
      from json_array_elements_text(${JSON.stringify(names)}::json) as name order by 1
    ) as hashes`);
}

/** Nobody else looks for who is told of a detection at last until commit. */
export async function lockLastTold(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext(${`last told ${organisationId} ${detectionId}`}))`,
  );
}

/**
 * The push notifications that rang since `since`, for one of `reasons`, for alerts of one kind, with what tells whether
 * another adds anything; the newest first.
 */
export async function listRang(
  tx: Transaction,
  organisationId: string,
  { configurationId, alertType }: RangKind,
  since: Date,
  reasons: readonly NotificationReason[],
) {
  return selectRang(tx)
    .where(
      and(
        rangSince(organisationId, since),
        inArray(notifications.reason, [...reasons]),
        eq(detections.configurationId, configurationId),
        alertType === null ? undefined : eq(detections.alertType, alertType),
      ),
    )
    .orderBy(desc(notifications.queuedAt), desc(notifications.id));
}
export type RangRow = Awaited<ReturnType<typeof listRang>>[number];

const selectRang = (tx: Transaction) =>
  tx
    .select({
      id: notifications.id,
      // `rangSince` leaves none without
      deviceId: sql<string>`${notifications.deviceId}`,
      detectionId: sql<string>`${notifications.detectionId}`,
      reason: notifications.reason,
      queuedAt: notifications.queuedAt,
      severityRank: detections.severityRank,
      tactics: detections.tactics,
    })
    .from(notifications)
    .innerJoin(
      detections,
      and(
        eq(detections.organisationId, notifications.organisationId),
        eq(detections.id, notifications.detectionId),
      ),
    );

const rangSince = (organisationId: string, since: Date) =>
  and(
    eq(notifications.organisationId, organisationId),
    gt(notifications.queuedAt, since),
    // one that failed told nobody
    inArray(notifications.state, ["queued", "accepted"]),
    isNotNull(notifications.detectionId),
    isNotNull(notifications.deviceId),
  );

/**
 * The push notifications that rang since `since` for alerts of the same configuration on the same resource that are no
 * less severe and no incidents themselves.
 */
export async function listRangOn(
  tx: Transaction,
  organisationId: string,
  of: { configurationId: string; resourceName: string; severityRank: number },
  since: Date,
) {
  return selectRang(tx)
    .where(
      and(
        rangSince(organisationId, since),
        eq(detections.configurationId, of.configurationId),
        eq(detections.resourceName, of.resourceName),
        gte(detections.severityRank, of.severityRank),
        eq(detections.isIncident, false),
      ),
    )
    .orderBy(desc(notifications.queuedAt), desc(notifications.id));
}

/** How many alerts were counted into each of these notifications; one that none was counted into is left out. */
export async function countFolded(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const apart = await tx
    .select({ id: sql<string>`${notifications.foldedInto}`, count: sql<number>`count(*)::int` })
    .from(notifications)
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.foldedInto, [...ids])))
    .groupBy(notifications.foldedInto);
  const together = await tx
    .select({ id: notifications.id, count: sql<number>`count(*)::int` })
    .from(notifications)
    .innerJoin(notificationFolds, foldsInto(notifications))
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.id, [...ids])))
    .groupBy(notifications.id);
  const counts = new Map<string, number>();
  for (const { id, count } of [...apart, ...together]) counts.set(id, (counts.get(id) ?? 0) + count);
  return counts;
}

const foldsInto = (first: typeof notifications) =>
  and(
    eq(notificationFolds.organisationId, first.organisationId),
    eq(notificationFolds.intoDetectionId, first.detectionId),
    eq(notificationFolds.intoReason, first.reason),
  );
const foldsOf = (organisationId: string, detectionId: string) =>
  and(eq(notificationFolds.organisationId, organisationId), eq(notificationFolds.detectionId, detectionId));

export type NewFold = Omit<typeof notificationFolds.$inferInsert, "organisationId">;

/** Counts detections in what rang for others: those that were counted before are left. */
export async function insertFolds(
  tx: Transaction,
  organisationId: string,
  rows: readonly NewFold[],
): Promise<void> {
  await insertRecords(
    tx,
    notificationFolds,
    rows.map((row) => ({ ...row, organisationId })),
    sql`on conflict do nothing`,
  );
}

/** These notifications, each with the device it goes to, which is null where it goes to none or it is gone. */
export async function listNotifications(tx: Transaction, organisationId: string, ids: readonly string[]) {
  return tx
    .select({ notification: notifications, device: devices })
    .from(notifications)
    .leftJoin(
      devices,
      and(eq(devices.organisationId, notifications.organisationId), eq(devices.id, notifications.deviceId)),
    )
    .where(and(eq(notifications.organisationId, organisationId), inArray(notifications.id, [...ids])));
}

/** Says of queued notifications that they were accepted. */
export async function acceptNotifications(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
  acceptedAt: Date,
): Promise<void> {
  await tx
    .update(notifications)
    .set({ state: "accepted", acceptedAt })
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        inArray(notifications.id, [...ids]),
        eq(notifications.state, "queued"),
      ),
    );
}

/** Says of a queued notification that it came to nothing, and why. */
export async function failNotification(
  tx: Transaction,
  organisationId: string,
  id: string,
  problem: string,
): Promise<void> {
  await tx
    .update(notifications)
    .set({ state: "failed", problem })
    .where(and(one(organisationId, id), eq(notifications.state, "queued")));
}

/** Notes that a notification was shown or opened, the first time only; gives its device, or null for one we don't know. */
export async function noteReceipt(
  tx: Transaction,
  organisationId: string,
  id: string,
  what: "shown" | "opened",
  at: Date,
): Promise<string | null> {
  const column = what === "shown" ? notifications.shownAt : notifications.openedAt;
  const rows = await tx
    .update(notifications)
    .set(what === "shown" ? { shownAt: at } : { openedAt: at })
    .where(and(one(organisationId, id), isNull(column)))
    .returning({ deviceId: notifications.deviceId });
  return rows[0]?.deviceId ?? null;
}

/** Notes that a person acted on detections that they were told of, the first time only. */
export async function noteActed(
  tx: Transaction,
  organisationId: string,
  { userId, detectionIds }: { userId: string; detectionIds: readonly string[] },
  at: Date,
): Promise<void> {
  await tx
    .update(notifications)
    .set({ actedAt: at })
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        inArray(notifications.detectionId, [...detectionIds]),
        eq(notifications.userId, userId),
        eq(notifications.state, "accepted"),
        isNull(notifications.actedAt),
      ),
    );
}

/** more than two hundred devices, each told of the alert, of its escalation and as an admin */
const toldMost = 1_000;

/** Who was told of a detection, in the order in which they were. A device that was removed since has no name. */
export async function listTold(tx: Transaction, organisationId: string, detectionId: string) {
  const told = await selectTold(tx)
    .where(and(eq(notifications.organisationId, organisationId), eq(notifications.detectionId, detectionId)))
    .orderBy(asc(notifications.queuedAt), asc(users.displayName), asc(notifications.id))
    .limit(toldMost);
  const folds = await tx.select().from(notificationFolds).where(foldsOf(organisationId, detectionId));
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
