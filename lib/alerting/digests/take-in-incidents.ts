import type { Transaction } from "#db/client.ts";
import type { DigestRow } from "#db/queries/alerting/digests.ts";
import { deleteNotifications, type GatheredAlert, listGroupedInto } from "#db/queries/alerting/gathered.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import type { Services } from "#lib/core/context.ts";
import { newId } from "#lib/platform/ids.ts";

/**
 * Gathers for a digest the incidents that were grouped into alerts which the digest won't say. Returns whether there are any.
 */
export async function takeInIncidents(
  services: Services,
  tx: Transaction,
  { organisationId, id: digestId, userId }: DigestRow,
  notSaid: readonly GatheredAlert[],
): Promise<boolean> {
  if (!userId) return false;
  const grouped = await listGroupedInto(
    tx,
    organisationId,
    notSaid.map(({ id }) => id),
  );
  if (grouped.length === 0) return false;
  await deleteNotifications(
    tx,
    organisationId,
    grouped.map(({ id }) => id),
  );
  const row = { userId, digestId, queuedAt: services.now(), state: "gathered" as const, deviceId: null };
  // one for each device was grouped; the person has one row
  await insertNotifications(
    tx,
    organisationId,
    grouped.map(({ detectionId, reason, round }) => ({ ...row, id: newId(), detectionId, reason, round })),
  );
  return true;
}
