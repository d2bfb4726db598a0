import { type DeviceRow, listDevicesOf } from "#db/queries/alerting/devices.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "./owner.ts";

/** A device as pages show it, without its push subscription. */
export type DeviceItem = ReturnType<typeof deviceItem>;

/** Lists the caller's devices. Throws `forbidden`. */
export async function listDevices(ctx: Context): Promise<DeviceItem[]> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const rows = await inOwnOrganisation(ctx, (tx) => listDevicesOf(tx, organisationId, userId));
  return rows.map(deviceItem);
}

export function deviceItem(row: DeviceRow) {
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
