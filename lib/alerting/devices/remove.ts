import { deleteDevice, lockDevice } from "#db/queries/alerting/devices.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { endSessionsOf } from "./end-sessions.ts";
import { deviceGone, ownerOf } from "./owner.ts";

/**
 * Removes a device of the caller and ends the sessions that were ever used on it. Keeps the caller's own session (`sessionHash`). Throws
 * `forbidden`, `not_found`, or `conflict` for a device that an admin deactivated.
 */
export async function removeDevice(
  ctx: Context,
  rawId: unknown,
  sessionHash: Buffer | null = null,
): Promise<void> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const id = idOf(rawId, deviceGone);
  await inOwnOrganisation(ctx, async (tx) => {
    const device = await lockDevice(tx, organisationId, id);
    if (device?.userId !== userId) throw deviceGone();
    // a deactivated device keeps its row, because otherwise it could be added again at once
    if (device.deactivatedAt)
      throw new ServiceError(
        "conflict",
        "Device deactivated. It stays on the list until an admin of your team activates it again.",
      );
    await endSessionsOf(ctx.services, tx, device, "device_removed", sessionHash);
    await deleteDevice(tx, organisationId, userId, id);
    await recordAudit(ctx, tx, "device.removed", { kind: "device", id }, {});
  });
}
