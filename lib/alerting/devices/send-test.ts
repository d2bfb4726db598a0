import { getDevice } from "#db/queries/alerting/devices.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { permissionProblem } from "#lib/domain/device.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { authorise, type Context, idOf, inOwnOrganisation, isAllowed } from "#lib/core/context.ts";
import { requesterOf } from "#lib/core/requester.ts";
import { queueSends } from "../delivery/queue-sends.ts";
import { deviceGone, ownerOf } from "./owner.ts";

/**
 * Queues a test notification for a device of the caller. An admin may test every device of the team. Throws
 * `forbidden`, `not_found` and `conflict`.
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
    const notification = {
      id: notificationId,
      userId: device.userId,
      deviceId: id,
      reason: "test",
      state: "queued",
      queuedAt: ctx.services.now(),
      requester: requesterOf(ctx.actor),
    } as const;
    await insertNotifications(tx, organisationId, [notification]);
    await queueSends(tx, organisationId, [notification]);
    return { notificationId };
  });
}
