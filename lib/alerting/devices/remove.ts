import { deleteDevice, getDevice } from "#db/queries/alerting/devices.ts";
import { revokeSessionsOn } from "#db/queries/identity/sessions.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { deviceGone, ownerOf } from "./owner.ts";

/**
 * Removes a device of the caller and ends the device's session. Keeps the caller's own session (`sessionHash`). Throws
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
    // a deactivated device keeps its row, because otherwise it could be added again at once
    if ((await getDevice(tx, organisationId, id))?.deactivatedAt)
      throw new ServiceError(
        "conflict",
        "Device deactivated. It stays on the list until an admin of your team activates it again.",
      );
    // before the device, which they name
    await revokeSessionsOn(tx, { userId, deviceId: id, exceptHash: sessionHash }, ctx.services.now());
    if (!(await deleteDevice(tx, organisationId, userId, id))) throw deviceGone();
    await recordAudit(ctx, tx, "device.removed", { kind: "device", id }, {});
  });
}
