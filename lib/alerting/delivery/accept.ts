import { inOrganisation, repeatIfRaced } from "#db/client.ts";
import { clearDeviceFailures } from "#db/queries/alerting/devices.ts";
import { type NotificationLease, removeNotificationLeases } from "#db/queries/alerting/queue.ts";
import { acceptNotifications, type NotificationRow } from "#db/queries/alerting/notifications.ts";
import type { Services } from "#lib/core/context.ts";

type Accepted = { lease: NotificationLease; row: NotificationRow };

/**
 * Records that notifications of one organisation, of one claim, were accepted: those that come while the ones before are
 * written are written together, in one transaction. Each call resolves once its own is on record.
 */
export function acceptTogether(services: Services): (one: Accepted) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  let gathering: { all: Accepted[]; written: Promise<void> } | null = null;
  const gather = () => {
    const all: Accepted[] = [];
    const written = last.then(() => {
      gathering = null;
      return write(services, all);
    });
    // the next ones are written whatever becomes of these
    last = written.catch(() => undefined);
    return { all, written };
  };
  return (one) => {
    gathering ??= gather();
    gathering.all.push(one);
    return gathering.written;
  };
}

async function write(services: Services, accepted: readonly Accepted[]): Promise<void> {
  const [
    {
      row: { organisationId },
    } = { row: { organisationId: "" } },
  ] = accepted;
  const acceptedAt = services.now();
  await repeatIfRaced(() =>
    inOrganisation(services.db, organisationId, async (tx) => {
      const ours = await removeNotificationLeases(tx, accepted);
      if (ours.length === 0) return;
      // of one that says how many there were the first word stands: only a queued one is accepted
      const ids = ours.map(({ row }) => row.id);
      await acceptNotifications(tx, organisationId, ids, acceptedAt);
      const deviceIds = ours.flatMap(({ row }) => row.deviceId ?? []);
      if (deviceIds.length > 0) await clearDeviceFailures(tx, organisationId, deviceIds);
    }),
  );
}
