import { inOrganisation, type Transaction } from "#db/client.ts";
import { leaveOut } from "#db/queries/alerting/gathered.ts";
import { listNotifications, type NotificationRow } from "#db/queries/alerting/notifications.ts";
import { type NotificationLease, removeNotificationLease } from "#db/queries/alerting/queue.ts";
import type { Services } from "#lib/core/context.ts";
import { mayStill } from "#lib/core/requester.ts";
import { composeText } from "./compose-text.ts";
import { prepareEmail } from "./email.ts";
import { type Lookups, openLookups } from "./lookups.ts";
import { type Prepared, Superseded, Unsendable } from "./prepared.ts";
import { type Failure, failWithFallback } from "./record-failed.ts";
import { prepareWebPush } from "./web-push.ts";

type Found = Awaited<ReturnType<typeof listNotifications>>[number];

/**
 * Prepares the notifications of one organisation's leases, by lease id. A notification that can't be sent any more is
 * recorded as failed and left out.
 */
export async function prepareNotifications(
  services: Services,
  leases: readonly NotificationLease[],
): Promise<Map<string, Prepared>> {
  const [{ organisationId } = { organisationId: "" }] = leases;
  return inOrganisation(services.db, organisationId, async (tx) => {
    const rows = await listNotifications(
      tx,
      organisationId,
      leases.map(({ subjectId }) => subjectId),
    );
    const byId = new Map(rows.map((row) => [row.notification.id, row]));
    const notifications = rows.map(({ notification }) => notification);
    const lookups = openLookups(services, tx, organisationId, notifications);
    const preparedByLease = new Map<string, Prepared>();
    const failures: Failure[] = [];
    for (const lease of leases) {
      const prepared = await prepare(services, tx, lookups, lease, byId.get(lease.subjectId));
      if (prepared && "problem" in prepared) failures.push(prepared);
      else if (prepared) preparedByLease.set(lease.id, prepared);
    }
    await failWithFallback(services, tx, organisationId, failures);
    return preparedByLease;
  });
}

async function prepare(
  services: Services,
  tx: Transaction,
  lookups: Lookups,
  lease: NotificationLease,
  found: Found | undefined,
): Promise<Prepared | Failure | null> {
  // a worker sent it and died before recording it; or version 0.2.0 has left an update, which no phone shows silently
  if (found?.notification.state !== "queued" || lease.subject === "group_update") {
    await removeNotificationLease(tx, lease);
    return null;
  }
  const { notification, device } = found;
  try {
    await refuseBarredTest(services, tx, notification);
    const text = await composeText(tx, lookups, notification);
    if (notification.channel === "email") return await prepareEmail(services, tx, notification, text);
    return await prepareWebPush(services, lookups, notification, device, text);
  } catch (error) {
    if (error instanceof Superseded) {
      if (await removeNotificationLease(tx, lease))
        await leaveOut(tx, lease.organisationId, [notification.id], error.message);
      return null;
    }
    if (!(error instanceof Unsendable)) throw error;
    return (await removeNotificationLease(tx, lease)) ? { notification, problem: error.message } : null;
  }
}

/** Throws `Unsendable` if the person who asked for a test may not ask for it any more. */
async function refuseBarredTest(
  services: Services,
  tx: Transaction,
  { organisationId, userId, requester }: NotificationRow,
): Promise<void> {
  if (!requester) return;
  const permission = requester.userId === userId ? "settings.own" : "settings.manage";
  if (!(await mayStill(services, tx, organisationId, requester, permission)))
    throw new Unsendable("Whoever asked for this test may not ask for it any more.");
}
