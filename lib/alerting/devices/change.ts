import { deleteDevice, getDevice, updateDevice } from "#db/queries/alerting/devices.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { queueNotifications } from "#db/queries/alerting/queue.ts";
import { revokeSessionsOn } from "#db/queries/identity/sessions.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { permissionProblem } from "#lib/domain/device.ts";
import { DeviceName } from "#lib/schemas/device.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation, isAllowed } from "#lib/core/context.ts";
import { deviceGone, ownerOf } from "./owner.ts";

/** Gives one of one's own devices another name. Throws `invalid` and `not_found`. */
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

/**
 * Takes one of one's own devices away: nothing is sent there any more, and the session that is open there ends at once,
 * unless it is the very one that asks (`sessionHash`). Throws `not_found`, and `conflict` for one that an
 * admin deactivated.
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
    // or it would be added anew the moment after
    if ((await getDevice(tx, organisationId, id))?.deactivatedAt)
      throw new ServiceError(
        "conflict",
        "Device deactivated. It stays on the list until an admin of your team activates it again.",
      );
    if (!(await deleteDevice(tx, organisationId, userId, id))) throw deviceGone();
    await revokeSessionsOn(tx, { userId, deviceId: id, exceptHash: sessionHash }, ctx.services.now());
    await recordAudit(ctx, tx, "device.removed", { kind: "device", id }, {});
  });
}

/**
 * Has one of one's own devices sent a notification, as an alert would be; an admin may try anyone's of the team. Throws
 * `not_found` and `conflict`.
 */
export async function testDevice(ctx: Context, rawId: unknown): Promise<{ notificationId: string }> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const id = idOf(rawId, deviceGone);
  return inOwnOrganisation(ctx, async (tx) => {
    const device = await getDevice(tx, organisationId, id);
    if (!device || (device.userId !== userId && !isAllowed(ctx.actor, "settings.manage"))) throw deviceGone();
    if (device.goneAt || device.deactivatedAt)
      throw new ServiceError(
        "conflict",
        "This device can't be sent anything. Allow notifications on it once more, then try again.",
      );
    if (device.permission && device.permission !== "granted")
      throw new ServiceError(
        "conflict",
        `Nothing can be shown there. ${permissionProblem[device.permission]}`,
      );
    const notificationId = newId();
    await insertNotifications(tx, organisationId, [
      {
        id: notificationId,
        userId: device.userId,
        deviceId: id,
        reason: "test",
        state: "queued",
        queuedAt: ctx.services.now(),
      },
    ]);
    await queueNotifications(tx, organisationId, "notification", [notificationId], newId);
    return { notificationId };
  });
}
