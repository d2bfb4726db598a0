import { z } from "zod";
import { lockDevice, updateDevice } from "#db/queries/alerting/devices.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { endSessionsOf } from "./end-sessions.ts";
import { deviceGone } from "./owner.ts";

/**
 * Deactivates or activates any device of the organisation. A deactivated device gets no notifications and can't be
 * saved again. Its sessions and streams end at once, and what they requested and wasn't sent yet isn't sent any more. Throws `forbidden` and `not_found`.
 */
export async function setDeviceActive(ctx: Context, rawId: unknown, rawActive: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const id = idOf(rawId, deviceGone);
  const isActive = z.boolean().parse(rawActive);
  await inOwnOrganisation(ctx, async (tx) => {
    const device = await lockDevice(tx, organisationId, id);
    if (!device) throw deviceGone();
    if ((device.deactivatedAt === null) === isActive) return;
    const now = ctx.services.now();
    await updateDevice(tx, organisationId, id, {
      deactivatedAt: isActive ? null : now,
      deactivatedBy: isActive ? null : ctx.actor.name,
    });
    if (!isActive) await endSessionsOf(ctx.services, tx, device, "device_deactivated");
    const action = isActive ? "device.activated" : "device.deactivated";
    await recordAudit(ctx, tx, action, { kind: "device", id }, { name: device.name });
  });
}
