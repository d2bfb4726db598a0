import { getDevice, updateDevice } from "#db/queries/alerting/devices.ts";
import { getSessionDevice } from "#db/queries/identity/sessions.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { DeviceReport } from "#lib/schemas/device.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "./owner.ts";

/**
 * Records that the calling browser blocks notifications or has lost its push subscription. `sessionHash` is the
 * browser's session. The device gets no notifications until it is saved again. Does nothing if the browser isn't a
 * device of the person. Throws `forbidden` and `invalid`.
 */
export async function reportDevice(ctx: Context, rawReport: unknown, sessionHash: Buffer): Promise<void> {
  authorise(ctx, "detections.read");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const report = DeviceReport.safeParse(rawReport);
  if (!report.success) throw new ServiceError("invalid", "That can't be read. Reload the page.");
  const permission = report.data;
  await inOwnOrganisation(ctx, async (tx) => {
    const id = await getSessionDevice(tx, sessionHash);
    const device = id ? await getDevice(tx, organisationId, id) : undefined;
    if (!device || device.userId !== userId || device.deactivatedAt) return;
    const now = ctx.services.now();
    const goneAt = permission === "granted" ? (device.goneAt ?? now) : device.goneAt;
    await updateDevice(tx, organisationId, device.id, { permission, goneAt, lastSeenAt: now });
  });
}
