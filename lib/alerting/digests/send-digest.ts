import { inOrganisation } from "#db/client.ts";
import { endDigest, getDigest, lockDigest } from "#db/queries/alerting/digests.ts";
import { listKeptFor } from "#db/queries/alerting/kept-alerts.ts";
import { holdConfigurations } from "#db/queries/sources/hold-configurations.ts";
import { type NotificationLease, removeNotificationLease } from "#db/queries/alerting/queue.ts";
import { lockPlanning } from "#db/queries/alerting/recent-notifications.ts";
import { namesAlerts } from "#lib/domain/digest.ts";
import type { Services } from "#lib/core/context.ts";
import { fallBackToAdmins, fallbackMax } from "../routing/fallback.ts";
import { sendGathered } from "./send-gathered.ts";
import { sendHistory } from "./send-history.ts";
import { sendPersonal } from "./send-personal.ts";

/** after this many attempts in which our own code threw an error, a person's digest is given up */
const faultsMax = 3;

/**
 * Sends a digest to its recipients and ends the digest, in the transaction that ends the lease. If that fails too often, gives
 * the digest up: while a person's digest is open, it takes every further alert in, and none of them would be said.
 */
export async function sendDigest(services: Services, lease: NotificationLease): Promise<void> {
  try {
    await send(services, lease);
  } catch (error) {
    if (lease.attempts < faultsMax || !(await giveUp(services, lease))) throw error;
    services.log("digest.given_up", { id: lease.subjectId, error });
  }
}

/** Ends a person's digest unsent. Its alerts go to the admins. Returns false for a digest that isn't one person's. */
async function giveUp(services: Services, lease: NotificationLease): Promise<boolean> {
  const { organisationId, subjectId: id } = lease;
  return inOrganisation(services.db, organisationId, async (tx) => {
    await lockPlanning(tx, organisationId);
    const digest = await lockDigest(tx, organisationId, id);
    if (!digest || digest.kind === "history" || !(await removeNotificationLease(tx, lease))) return false;
    const ids = await listKeptFor(tx, organisationId, id, fallbackMax);
    await endDigest(tx, organisationId, id, services.now());
    await fallBackToAdmins(services, tx, organisationId, ids);
    return true;
  });
}

async function send(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: id } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    await lockPlanning(tx, organisationId);
    // a digest of history may open others of its configuration
    const { configurationId } = (await getDigest(tx, organisationId, id)) ?? {};
    if (configurationId) await holdConfigurations(tx, organisationId, [configurationId]);
    // locked before the queue's row, as in every transaction that changes a digest, to prevent deadlocks
    const digest = await lockDigest(tx, organisationId, id);
    if (!(await removeNotificationLease(tx, lease))) return;
    if (!digest || digest.endedAt) return;
    if (digest.kind === "history") await sendHistory(services, tx, digest);
    else if (namesAlerts(digest.kind)) await sendGathered(services, tx, digest);
    else await sendPersonal(services, tx, digest);
  });
}
