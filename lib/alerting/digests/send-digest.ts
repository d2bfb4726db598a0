import { inOrganisation } from "#db/client.ts";
import { getDigest, lockDigest } from "#db/queries/alerting/digests.ts";
import { holdConfigurations } from "#db/queries/sources/hold-configurations.ts";
import { type NotificationLease, removeNotificationLease } from "#db/queries/alerting/queue.ts";
import { lockPlanning } from "#db/queries/alerting/recent-notifications.ts";
import { namesAlerts } from "#lib/domain/digest.ts";
import type { Services } from "#lib/core/context.ts";
import { sendGathered } from "./send-gathered.ts";
import { sendHistory } from "./send-history.ts";
import { sendPersonal } from "./send-personal.ts";

/** Sends a digest to its recipients and ends the digest, in the transaction that ends the lease. */
export async function sendDigest(services: Services, lease: NotificationLease): Promise<void> {
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
