import { inOrganisation, type Transaction } from "#db/client.ts";
import { countDeviceFailure, updateDevice } from "#db/queries/devices.ts";
import {
  type NotificationLease,
  postponeNotification,
  removeNotificationLease,
} from "#db/queries/notification-queue.ts";
import { endNotification, getNotification, type NotificationRow } from "#db/queries/notifications.ts";
import type { Services } from "../context.ts";
import { tellAdminsInstead } from "./decide.ts";
import { byMail, byPush, Dropped, type Ready } from "./ways.ts";
import { textOf } from "./text.ts";

export const notifyLeaseMs = 60_000;
const backoffFirstMs = 2_000;
const backoffMostMs = 300_000;

/**
 * Sends one claimed notification and records what came of it. Whether its person may still see what it is about is
 * asked now, not when it was claimed. What fails for a while is put off; where the last one that might have reached
 * someone came to nothing, the admins are told instead.
 */
export async function sendNotification(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: id } = lease;
  const ready = await inOrganisation(services.db, organisationId, (tx) => prepare(services, tx, lease));
  if (!ready) return;
  const sent = await ready.send();
  const age = services.now().getTime() - ready.row.queuedAt.getTime();
  if (sent.outcome === "again" && age < ready.triedForMs) {
    const backoffMs = Math.min(backoffMostMs, backoffFirstMs * 2 ** (lease.attempts - 1));
    return void (await postponeNotification(services.db, lease, sent.retryAfterMs ?? backoffMs));
  }
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const now = services.now();
    const { deviceId } = ready.row;
    // of one that says how many there were the first word stands: only a queued one ends
    if (sent.outcome === "accepted") {
      await endNotification(tx, organisationId, id, { state: "accepted", acceptedAt: now });
      if (deviceId) await updateDevice(tx, organisationId, deviceId, { failures: 0, lastFailure: null });
      return;
    }
    if (sent.outcome === "failed" && sent.deviceGone && deviceId)
      await updateDevice(tx, organisationId, deviceId, { goneAt: now });
    if (deviceId) await countDeviceFailure(tx, organisationId, deviceId, sent.problem);
    await failed(services, tx, ready.row, sent.problem);
  });
}

async function failed(services: Services, tx: Transaction, row: NotificationRow, problem: string) {
  const { organisationId, id, detectionId } = row;
  await endNotification(tx, organisationId, id, { state: "failed", problem });
  if (detectionId) await tellAdminsInstead(services, tx, organisationId, detectionId);
}

/** What is to be sent; null when it isn't any more, which is then on record. */
async function prepare(services: Services, tx: Transaction, lease: NotificationLease): Promise<Ready | null> {
  const { organisationId, subjectId: id } = lease;
  const found = await getNotification(tx, organisationId, id);
  // sent before, by a worker that ended before it could take it off the queue; or never, so there is nothing to update
  if (found?.notification.state !== (lease.subject === "fold" ? "accepted" : "queued")) {
    await removeNotificationLease(tx, lease);
    return null;
  }
  const { notification: row, device } = found;
  try {
    const text = await textOf(services, tx, row);
    if (row.channel === "email") return await byMail(services, tx, row, text);
    return await byPush(services, tx, row, device, text, lease.subject === "fold");
  } catch (error) {
    if (!(error instanceof Dropped)) throw error;
    if (await removeNotificationLease(tx, lease)) await failed(services, tx, row, error.message);
    return null;
  }
}
