import type { Transaction } from "#db/client.ts";
import { queueNotifications } from "#db/queries/notification-queue.ts";
import { holdPersonalNotices } from "#db/queries/notices.ts";
import { countRings, insertNotifications, type NewNotification } from "#db/queries/notifications.ts";
import type { Told } from "#lib/domain/audience.ts";
import { cappedForMs, foldsForMs, ringsAnHour } from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "../context.ts";

/** What rang on a device within the last minute, that counts another in. */
export type Rang = { id: string; queuedAt: Date };

const noWay = "They have no device that can be reached.";

/**
 * Claims what becomes of a detection for each of those who are told of it, and queues what is to be sent. On a device
 * that rang for its like within the last minute it is counted in that notification, which says how many there were
 * once the minute is over; beyond what rings in an hour it is counted in a summary, and outside a person's hours in
 * the one at which they begin.
 */
export async function claim(
  services: Services,
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  told: readonly Told[],
  folding: ReadonlyMap<string, Rang>,
): Promise<void> {
  const queuedAt = services.now();
  const full = await listFull(services, tx, organisationId, told, folding);
  const held = told.flatMap((one) => (one.way === "held" ? [one] : []));
  const summaries = await holdPersonalNotices(tx, organisationId, "capped", [...full], newId, queuedAt);
  const digests = await holdPersonalNotices(
    tx,
    organisationId,
    "digest",
    held.map(({ userId }) => userId),
    newId,
    queuedAt,
  );
  const rows = told.map((one): NewNotification => {
    const { userId, reason } = one;
    const row = { id: newId(), detectionId, userId, reason, queuedAt, deviceId: null, foldedInto: null };
    if (one.way === "none") return { ...row, state: "skipped", problem: noWay };
    if (one.way === "email") return { ...row, channel: "email", state: "queued" };
    if (one.way === "held") return { ...row, state: "held", noticeId: digests.get(userId)?.id ?? null };
    const first = folding.get(one.deviceId);
    if (first) return { ...row, deviceId: one.deviceId, state: "folded", foldedInto: first.id };
    const summary = summaries.get(userId);
    if (summary) return { ...row, deviceId: one.deviceId, state: "held", noticeId: summary.id };
    return { ...row, deviceId: one.deviceId, state: "queued" };
  });
  const ids = new Set(await insertNotifications(tx, organisationId, rows));
  const queued = rows.filter(({ id, state }) => state === "queued" && ids.has(id)).map(({ id }) => id);
  await queueNotifications(tx, organisationId, "notification", queued, newId);
  const wait = (subject: "fold" | "notice", id: string, ms: number) =>
    queueNotifications(tx, organisationId, subject, [id], newId, Math.max(1, ms));
  const firsts = told.flatMap((one) => (one.way === "push" ? (folding.get(one.deviceId) ?? []) : []));
  for (const first of new Map(firsts.map((one) => [one.id, one])).values()) {
    const leftMs = first.queuedAt.getTime() + foldsForMs - queuedAt.getTime();
    // an incident is counted in what rang long ago, and no word more is said there
    if (leftMs > 0) await wait("fold", first.id, leftMs);
  }
  for (const { id, isNew } of summaries.values()) if (isNew) await wait("notice", id, cappedForMs);
  for (const { userId, until } of held) {
    const digest = digests.get(userId);
    if (digest?.isNew) await wait("notice", digest.id, until.getTime() - queuedAt.getTime());
  }
}

/** Those whose phones rang as often within the hour as they may. */
async function listFull(
  services: Services,
  tx: Transaction,
  organisationId: string,
  told: readonly Told[],
  folding: ReadonlyMap<string, Rang>,
): Promise<Set<string>> {
  const ringing = new Set(
    told.flatMap((one) => (one.way === "push" && !folding.has(one.deviceId) ? [one.userId] : [])),
  );
  if (ringing.size === 0) return ringing;
  const since = new Date(services.now().getTime() - 3_600_000);
  const rings = await countRings(tx, organisationId, since);
  return new Set([...ringing].filter((userId) => (rings.get(userId) ?? 0) >= ringsAnHour));
}
