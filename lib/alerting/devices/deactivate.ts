import { z } from "zod";
import { getDevice, updateDevice } from "#db/queries/alerting/devices.ts";
import { revokeSessionsOn } from "#db/queries/identity/sessions.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { deviceGone } from "./owner.ts";

/**
 * Deactivates a device of the organisation, whoever's it is, or activates it again: nothing is sent there meanwhile,
 * it can't be added anew, and the session that is open there ends at once, its streams with it. Throws `forbidden` and `not_found`.
 */
export async function setDeviceActive(ctx: Context, rawId: unknown, rawActive: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const id = idOf(rawId, deviceGone);
  const active = z.boolean().parse(rawActive);
  await inOwnOrganisation(ctx, async (tx) => {
    const device = await getDevice(tx, organisationId, id);
    if (!device) throw deviceGone();
    if ((device.deactivatedAt === null) === active) return;
    await updateDevice(tx, organisationId, id, {
      deactivatedAt: active ? null : ctx.services.now(),
      deactivatedBy: active ? null : ctx.actor.name,
    });
    if (!active) await revokeSessionsOn(tx, { userId: device.userId, deviceId: id }, ctx.services.now());
    const action = active ? "device.activated" : "device.deactivated";
    await recordAudit(ctx, tx, action, { kind: "device", id }, { name: device.name });
  });
}
