import { inOrganisation, retryIfRaced } from "#db/client.ts";
import { clearDeviceFailures } from "#db/queries/alerting/devices.ts";
import { acceptNotifications, type NotificationRow } from "#db/queries/alerting/notifications.ts";
import { type NotificationLease, removeNotificationLeases } from "#db/queries/alerting/queue.ts";
import type { Services } from "#lib/core/context.ts";

type Accepted = { lease: NotificationLease; notification: NotificationRow };

/**
 * Returns a function that records one organisation's accepted notifications in batches. A call resolves once its
 * notification is recorded.
 */
export function openAcceptedRecorder(services: Services): (accepted: Accepted) => Promise<void> {
  let lastWrite: Promise<unknown> = Promise.resolve();
  let nextBatch: { batch: Accepted[]; written: Promise<void> } | null = null;
  const openBatch = () => {
    const batch: Accepted[] = [];
    const written = lastWrite.then(() => {
      nextBatch = null;
      return recordAccepted(services, batch);
    });
    // a failed batch doesn't prevent the next one
    lastWrite = written.catch(() => undefined);
    return { batch, written };
  };
  return (accepted) => {
    nextBatch ??= openBatch();
    nextBatch.batch.push(accepted);
    return nextBatch.written;
  };
}

async function recordAccepted(services: Services, batch: readonly Accepted[]): Promise<void> {
  const organisationId = batch[0]?.notification.organisationId ?? "";
  const acceptedAt = services.now();
  await retryIfRaced(() =>
    inOrganisation(services.db, organisationId, async (tx) => {
      const ours = await removeNotificationLeases(tx, batch);
      if (ours.length === 0) return;
      // only queued notifications are marked, so an update doesn't change when its notification was accepted
      const ids = ours.map(({ notification }) => notification.id);
      await acceptNotifications(tx, organisationId, ids, acceptedAt);
      const deviceIds = ours.flatMap(({ notification }) => notification.deviceId ?? []);
      if (deviceIds.length > 0) await clearDeviceFailures(tx, organisationId, deviceIds);
    }),
  );
}
