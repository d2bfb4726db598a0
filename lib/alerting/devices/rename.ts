import { getDevice, updateDevice } from "#db/queries/alerting/devices.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { DeviceName } from "#lib/schemas/device.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { deviceGone, ownerOf } from "./owner.ts";

/** Renames a device of the caller. Throws `forbidden`, `invalid` and `not_found`. */
export async function renameDevice(ctx: Context, rawId: unknown, rawName: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const id = idOf(rawId, deviceGone);
  const name = DeviceName.safeParse(rawName);
  if (!name.success)
    throw new ServiceError("invalid", name.error.issues[0]?.message ?? "Give it another name.");
  await inOwnOrganisation(ctx, async (tx) => {
    if ((await getDevice(tx, organisationId, id))?.userId !== userId) throw deviceGone();
    await updateDevice(tx, organisationId, id, { name: name.data });
  });
}
