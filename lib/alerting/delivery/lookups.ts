import type { Transaction } from "#db/client.ts";
import { getDetectionRow } from "#db/queries/triage/detections.ts";
import { countGrouped } from "#db/queries/alerting/recipients.ts";
import { type NotificationRow } from "#db/queries/alerting/notifications.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { listRoles } from "#db/queries/identity/people.ts";
import { listReadable } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";
import { dataKeysOpener } from "#lib/core/sealing.ts";
import { openVapidKey } from "./vapid-keys.ts";

export type Reads = ReturnType<typeof readsFor>;

/**
 * What has to be known of notifications of one organisation that are sent at the same moment: each thing is read when
 * it is first asked for, once for all of them.
 */
export function readsFor(
  services: Services,
  tx: Transaction,
  organisationId: string,
  rows: readonly Pick<NotificationRow, "id" | "userId">[],
) {
  const userIds = [...new Set(rows.map(({ userId }) => userId))];
  const ids = rows.map(({ id }) => id);
  return {
    /** the roles of their people; one who left the team has none */
    roles: once(() => listRoles(tx, organisationId, userIds)),
    /** which configurations each of them may see */
    readable: once(() => listReadable(services, tx, organisationId, userIds)),
    rules: once(() => getPolicy(tx, organisationId)),
    /** how many were counted into each; one that none was isn't there */
    folded: once(() => countGrouped(tx, organisationId, ids)),
    detection: onceEach((id: string) => getDetectionRow(tx, organisationId, id)),
    vapidKey: onceEach((id: string) => openVapidKey(services, tx, id)),
    /** opens what the organisation's data keys sealed */
    opener: once(() => dataKeysOpener(services, tx, organisationId)),
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= read());
}

function onceEach<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    const known = made.get(key) ?? read(key);
    made.set(key, known);
    return known;
  };
}
