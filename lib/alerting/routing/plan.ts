import type { Transaction } from "#db/client.ts";
import { queueNotifications } from "#db/queries/alerting/queue.ts";
import { openPersonalDigests } from "#db/queries/alerting/digests.ts";
import { countRecentByUser } from "#db/queries/alerting/recent.ts";
import { insertGroups, type NewGroup } from "#db/queries/alerting/recipients.ts";
import { insertNotifications, type NewNotification } from "#db/queries/alerting/notifications.ts";
import { mustNotify, type Recipient } from "#lib/domain/recipients.ts";
import {
  isCoveredBy,
  rateLimitDigestMs,
  groupWindowMs,
  type Kind,
  type NotificationReason,
  notificationsAnHour,
} from "#lib/domain/notification.ts";
import type { Severity } from "#lib/domain/severity.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";

/** What rang on a device within the last minute. */
export type RecentNotification = Kind & {
  id: string;
  deviceId: string;
  detectionId: string;
  reason: NotificationReason;
  queuedAt: Date;
};

type Detection = Kind & { id: string; severity: Severity };
type Row = NewNotification & { deviceId: string | null };
const noWay = "They have no device that can be reached.";

/**
 * What becomes of detections for those who are told of them, one after the other: `add` plans one, `write` claims all of
 * them at once and queues what is to be sent. On a device that rang for its like within the last minute it is
 * counted in that notification, which says how many there were once the minute is over; beyond what rings in an
 * hour it is counted in a summary, and outside a person's hours in the one at which they begin.
 */
export async function planNotifications(services: Services, tx: Transaction, organisationId: string) {
  const queuedAt = services.now();
  const rings = await countRecentByUser(tx, organisationId, new Date(queuedAt.getTime() - 3_600_000));
  const rows: Row[] = [];
  const untils = new Map<string, Date>();
  const capped = new Set<string>();
  const firsts = new Map<string, Date>();
  const folds: NewGroup[] = [];

  /** `rang` is what rang for its like, the newest first; what rings now is put before it. `alike`: all of it counts it in. */
  function add(
    detection: Detection,
    told: readonly Recipient[],
    rang: RecentNotification[],
    { alike = false } = {},
  ): void {
    // of several the oldest, whose minute ends first
    const folding = new Map(
      rang.filter((one) => alike || isCoveredBy(detection, one)).map((one) => [one.deviceId, one]),
    );
    const rung = new Set<string>();
    // what has to be told at once isn't held back by what hasn't
    const urgent = mustNotify(detection.severity);
    const ringsOf = (userId: string) => rings.get(userId) ?? { all: 0, urgent: 0 };
    const full = new Set(
      told
        .map(({ userId }) => userId)
        .filter((userId) => (urgent ? ringsOf(userId).urgent : ringsOf(userId).all) >= notificationsAnHour),
    );
    const fold = wholeGroup(told, folding, rang);
    if (fold) folds.push({ detectionId: detection.id, at: queuedAt, ...fold });
    for (const one of told) {
      const { userId, reason } = one;
      const row = { id: newId(), detectionId: detection.id, userId, reason, queuedAt, deviceId: null };
      if (one.way === "none") rows.push({ ...row, state: "skipped", problem: noWay });
      else if (one.way === "email") rows.push({ ...row, channel: "email", state: "queued" });
      else if (one.way === "held") {
        untils.set(userId, one.until);
        rows.push({ ...row, state: "held" });
      } else {
        const { deviceId } = one;
        const first = folding.get(deviceId);
        if (first) {
          if (!fold) rows.push({ ...row, deviceId, state: "folded", groupedInto: first.id });
          firsts.set(first.id, first.queuedAt);
        } else if (full.has(userId)) {
          capped.add(userId);
          rows.push({ ...row, deviceId, state: "held" });
        } else {
          rows.push({ ...row, deviceId, state: "queued" });
          rang.unshift({ ...detection, ...row, deviceId });
          rung.add(userId);
        }
      }
    }
    for (const userId of rung) {
      const { all, urgent: before } = ringsOf(userId);
      rings.set(userId, { all: all + 1, urgent: before + (urgent ? 1 : 0) });
    }
  }

  async function write(): Promise<void> {
    const hold = (kind: "digest" | "capped", userIds: Iterable<string>) =>
      openPersonalDigests(tx, organisationId, kind, [...userIds], newId, queuedAt);
    const digests = await hold("digest", untils.keys());
    const summaries = await hold("capped", capped);
    // on a device it was too many, on none it waits for hours
    const noticeOf = ({ state, deviceId, userId }: Row) =>
      state === "held" ? ((deviceId ? summaries : digests).get(userId)?.id ?? null) : null;
    const ids = new Set(
      await insertNotifications(
        tx,
        organisationId,
        rows.map((row) => ({ groupedInto: null, problem: null, ...row, noticeId: noticeOf(row) })),
      ),
    );
    await insertGroups(tx, organisationId, folds);
    const queued = rows.filter(({ id, state }) => state === "queued" && ids.has(id));
    await queueToSend(tx, organisationId, queued);
    // what one alert rang for is of one moment, and may be hundreds
    for (const [rangAt, some] of Map.groupBy(firsts, ([, at]) => at.getTime())) {
      const leftMs = rangAt + groupWindowMs - queuedAt.getTime();
      const firstIds = some.map(([id]) => id);
      // an incident is counted in what rang long ago, and no word more is said there
      if (leftMs > 0) await queueNotifications(tx, organisationId, "fold", firstIds, newId, leftMs);
    }
    const wait = (noticeId: string, ms: number) =>
      queueNotifications(tx, organisationId, "notice", [noticeId], newId, Math.max(1, ms));
    for (const { id, isNew } of summaries.values()) if (isNew) await wait(id, rateLimitDigestMs);
    for (const [userId, until] of untils) {
      const digest = digests.get(userId);
      if (digest?.isNew) await wait(digest.id, until.getTime() - queuedAt.getTime());
    }
  }

  return { add, write };
}

/** Where every device that a detection would ring on counts it in what rang for one and the same: a row for all of them. */
function wholeGroup(
  told: readonly Recipient[],
  folding: ReadonlyMap<string, RecentNotification>,
  rang: readonly RecentNotification[],
): Pick<NewGroup, "reason" | "intoDetectionId" | "intoReason"> | null {
  const pushed = told.flatMap((one) => (one.way === "push" ? [one] : []));
  const [any] = pushed;
  const first = any && folding.get(any.deviceId);
  if (!any || !first) return null;
  const isAlike = pushed.every(({ deviceId, reason }) => {
    const one = folding.get(deviceId);
    return reason === any.reason && one?.detectionId === first.detectionId && one.reason === first.reason;
  });
  // and none rang for that one that this one isn't for
  const devices = rang.filter((one) => one.detectionId === first.detectionId && one.reason === first.reason);
  return isAlike && devices.length === pushed.length
    ? { reason: any.reason, intoDetectionId: first.detectionId, intoReason: first.reason }
    : null;
}

/** Queues what is to be sent: e-mail apart, so that no phone waits for a mail server. */
export async function queueToSend(
  tx: Transaction,
  organisationId: string,
  rows: readonly Pick<NewNotification, "id" | "channel">[],
): Promise<void> {
  const isMail = ({ channel }: Pick<NewNotification, "channel">) => channel === "email";
  const idsOf = (some: readonly { id: string }[]) => some.map(({ id }) => id);
  const pushes = idsOf(rows.filter((row) => !isMail(row)));
  await queueNotifications(tx, organisationId, "notification", pushes, newId);
  await queueNotifications(tx, organisationId, "mail", idsOf(rows.filter(isMail)), newId);
}
