import { inOrganisation, type Transaction } from "#db/client.ts";
import { countDeviceFailure, updateDevice } from "#db/queries/alerting/devices.ts";
import {
  type NotificationLease,
  postponeNotification,
  removeNotificationLease,
} from "#db/queries/alerting/queue.ts";
import { listGroupedIn } from "#db/queries/alerting/recipients.ts";
import {
  failNotification,
  listNotifications,
  type NotificationRow,
} from "#db/queries/alerting/notifications.ts";
import { type Backoff, backoffMs } from "#lib/domain/backoff.ts";
import type { Services } from "#lib/core/context.ts";
import { countedLimit, notifyAdminsInstead } from "../routing/escalate.ts";
import { type Reads, readsFor } from "./lookups.ts";
import { acceptTogether } from "./accept.ts";
import { textOf } from "./message.ts";
import { byMail, byPush, Dropped, type Ready, type Sent } from "./ways.ts";

/** a send that throws is tried so often */
const faultsMost = 5;
const backoff: Backoff = { firstMs: 2_000, maxMs: 300_000 };

/**
 * Sends claimed notifications of one organisation, of one claim, and records what came of each. They are called at the
 * same moment and go out on their own; what is known of them is read once for all, and what was accepted is written for
 * many at once. Whether its person may still see what one is about is asked then, not when it was claimed. What fails
 * for a while is put off; where the last one that might have reached someone came to nothing, the admins are told instead.
 */
export function sendTogether(
  services: Services,
  leases: readonly NotificationLease[],
): (() => Promise<void>)[] {
  const accept = acceptTogether(services);
  let prepared: Promise<Map<string, Ready>> | undefined;
  return leases.map((lease) => async () => {
    prepared ??= prepare(services, leases);
    // one of them that can't be prepared keeps nobody else from being told
    const all = leases.length === 1 ? await prepared : await prepared.catch(() => prepare(services, [lease]));
    const ready = all.get(lease.id);
    if (!ready) return;
    const sent = await ready.send().catch((error: unknown): Sent => {
      // a fault of ours, which may pass; one that doesn't must not keep the admins from being told instead
      if (lease.attempts < faultsMost) throw error;
      services.log("notify.given_up", { id: lease.subjectId, error });
      return {
        outcome: "failed",
        problem: "It could not be made or sent, for a reason of our own; the log has it.",
      };
    });
    if (sent.outcome === "accepted") await accept({ lease, row: ready.row });
    else await recordFailure(services, lease, ready, sent);
  });
}

async function recordFailure(
  services: Services,
  lease: NotificationLease,
  { row, triedForMs }: Ready,
  sent: Exclude<Sent, { outcome: "accepted" }>,
): Promise<void> {
  const now = services.now();
  if (sent.outcome === "again" && now.getTime() - row.queuedAt.getTime() < triedForMs) {
    const dueInMs = backoffMs(backoff, lease.attempts, Math.random, sent.retryAfterMs ?? 0);
    return void (await postponeNotification(services.db, lease, dueInMs));
  }
  const { organisationId, deviceId } = row;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    if (sent.outcome === "failed" && sent.deviceGone && deviceId)
      await updateDevice(tx, organisationId, deviceId, { goneAt: now });
    if (deviceId) await countDeviceFailure(tx, organisationId, deviceId, sent.problem);
    await failed(services, tx, row, sent.problem);
  });
}

async function failed(services: Services, tx: Transaction, row: NotificationRow, problem: string) {
  const { organisationId, id, detectionId } = row;
  await failNotification(tx, organisationId, id, problem);
  if (detectionId) await notifyAdminsInstead(services, tx, organisationId, detectionId);
  // what was counted in it may have reached nobody either
  for (const counted of await listGroupedIn(tx, row, countedLimit))
    await notifyAdminsInstead(services, tx, organisationId, counted);
}

/** What is to be sent, by its lease's id; what isn't any more is left out, and then on record. */
async function prepare(
  services: Services,
  leases: readonly NotificationLease[],
): Promise<Map<string, Ready>> {
  const [{ organisationId } = { organisationId: "" }] = leases;
  return inOrganisation(services.db, organisationId, async (tx) => {
    const rows = await listNotifications(
      tx,
      organisationId,
      leases.map(({ subjectId }) => subjectId),
    );
    const found = new Map(rows.map((one) => [one.notification.id, one]));
    const reads = readsFor(
      services,
      tx,
      organisationId,
      rows.map(({ notification }) => notification),
    );
    const all = new Map<string, Ready>();
    for (const lease of leases) {
      const ready = await prepareOne(services, tx, reads, lease, found.get(lease.subjectId));
      if (ready) all.set(lease.id, ready);
    }
    return all;
  });
}

async function prepareOne(
  services: Services,
  tx: Transaction,
  reads: Reads,
  lease: NotificationLease,
  found: Awaited<ReturnType<typeof listNotifications>>[number] | undefined,
): Promise<Ready | null> {
  // sent before, by a worker that ended before it could take it off the queue; or never, so there is nothing to update
  if (found?.notification.state !== (lease.subject === "fold" ? "accepted" : "queued")) {
    await removeNotificationLease(tx, lease);
    return null;
  }
  const { notification: row, device } = found;
  try {
    const text = await textOf(tx, reads, row);
    if (row.channel === "email") return await byMail(services, tx, row, text);
    return await byPush(services, reads, row, device, text, lease.subject === "fold");
  } catch (error) {
    if (!(error instanceof Dropped)) throw error;
    if (await removeNotificationLease(tx, lease)) await failed(services, tx, row, error.message);
    return null;
  }
}
