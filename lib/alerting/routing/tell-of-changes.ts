import { inOrganisation } from "#db/client.ts";
import { lastToldAt } from "#db/queries/alerting/told-changes.ts";
import {
  type NotificationLease,
  postponeNotification,
  removeNotificationLeases,
} from "#db/queries/alerting/queue.ts";
import { lockPlanning } from "#db/queries/alerting/recent-notifications.ts";
import { type ChangeRow, listChanges } from "#db/queries/triage/decisions.ts";
import type { Services } from "#lib/core/context.ts";
import { gatherMs } from "#lib/domain/grouping.ts";
import type { ChangeReason } from "#lib/domain/notification.ts";
import { listPeople } from "./list-people.ts";
import { notifyPeople } from "./notify-people.ts";

/** whom a change concerns */
const concernedBy: Record<ChangeReason, (change: ChangeRow) => string | null | undefined> = {
  not_saved: ({ requestedById }) => requestedById,
  taken_over: ({ before }) => before?.ownerId,
  silent: ({ toOwnerId }) => toOwnerId,
  offered: ({ offeredToId }) => offeredToId,
  confirmed: () => null,
  reopened: () => null,
  mentioned: () => null,
};

type Told = { lease: NotificationLease; userId: string };

/**
 * Tells people of decisions that concern them: whose change the vendor didn't save, whose alert somebody else took over, and who
 * owns an alert and has been silent. A
 * person gets one message of a kind in a minute at most; what comes meanwhile waits in the queue and is said together.
 * Whoever has switched their notifications off gets none. `leases` are of one organisation; their subjects are the changes' ids.
 */
export async function tellOfChanges(services: Services, leases: readonly NotificationLease[]): Promise<void> {
  const [{ organisationId } = { organisationId: "" }] = leases;
  await inOrganisation(services.db, organisationId, async (tx) => {
    await lockPlanning(tx, organisationId);
    const changes = new Map(
      (
        await listChanges(
          tx,
          organisationId,
          leases.map(({ subjectId }) => subjectId),
        )
      ).map((change) => [change.id, change]),
    );
    const concerned = leases.map((lease) => {
      const change = changes.get(lease.subjectId);
      const userId = change && concernedBy[lease.subject as ChangeReason](change);
      return { lease, userId: userId ?? null };
    });
    await removeNotificationLeases(
      tx,
      concerned.filter(({ userId }) => userId === null),
    );
    const told = concerned.flatMap(({ lease, userId }): Told[] => (userId ? [{ lease, userId }] : []));
    if (told.length === 0) return;
    const people = await listPeople(services, tx, organisationId);
    for (const [key, ofPerson] of Map.groupBy(told, ({ lease, userId }) => `${lease.subject} ${userId}`)) {
      const [reason, userId] = key.split(" ") as [ChangeReason, string];
      const last = await lastToldAt(tx, organisationId, userId, reason);
      const waitMs = last ? last.getTime() + gatherMs - services.now().getTime() : 0;
      if (waitMs > 0) {
        for (const { lease } of ofPerson) await postponeNotification(tx, lease, waitMs);
        continue;
      }
      const taken = await removeNotificationLeases(tx, ofPerson);
      const person = people.find((each) => each.userId === userId && each.preferences.isOn);
      if (!person || taken.length === 0) continue;
      const changeIds = taken.map(({ lease }) => lease.subjectId);
      await notifyPeople(services, tx, { organisationId, reason, changeIds }, [person]);
    }
  });
}
