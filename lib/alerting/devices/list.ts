import { type DeviceRow, listDevicesOf } from "#db/queries/alerting/devices.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { currentVapidKey } from "../delivery/vapid-keys.ts";
import { ownerOf } from "./owner.ts";

export type DeviceItem = ReturnType<typeof itemOf>;

/** The devices of the person who asks, without their subscriptions. */
export async function listDevices(ctx: Context): Promise<DeviceItem[]> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const rows = await inOwnOrganisation(ctx, (tx) => listDevicesOf(tx, organisationId, userId));
  return rows.map(itemOf);
}

/** What a browser needs to subscribe, or in words why nobody can be sent anything. */
export async function getWebPushSetup(
  ctx: Context,
): Promise<{ publicKey: string; problem: null } | { publicKey: null; problem: string }> {
  authorise(ctx, "detections.read");
  if (!ctx.services.webPush.subject)
    return {
      publicKey: null,
      problem:
        "Notifications are off: push services ask for an address of whoever runs this portal. Set POCKETSOC_VAPID_SUBJECT to a mailto: or https: address that the internet knows, then restart the portal.",
    };
  const key = await currentVapidKey(ctx.services);
  if (!key)
    return {
      publicKey: null,
      problem: "Notifications are off until the worker has started once: it makes the keys for them.",
    };
  return { publicKey: key.publicKey, problem: null };
}

/** A device as people see it: never its subscription. */
export function itemOf(row: DeviceRow) {
  return {
    id: row.id,
    name: row.name,
    platform: row.platform,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    lastShownAt: row.lastShownAt?.toISOString() ?? null,
    failures: row.failures,
    lastFailure: row.lastFailure,
    permission: row.permission,
    isGone: row.goneAt !== null,
    isDeactivated: row.deactivatedAt !== null,
  };
}
