import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { type DeviceRow, lockDevice, updateDevice } from "#db/queries/alerting/devices.ts";
import { revokeApiTokensMadeOn } from "#db/queries/identity/api-tokens.ts";
import { hastenOutboxOf } from "#db/queries/triage/outbox.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { endSessionsOf } from "./end-sessions.ts";
import { deviceGone } from "./owner.ts";

/**
 * Deactivates or activates any device of the organisation. A deactivated device gets no notifications and can't be
 * saved again. Its sessions and streams end at once, and the API tokens that were made on it are revoked, because whoever holds
 * a stolen device may have made them. What they requested and wasn't sent yet isn't sent any more. Throws `forbidden` and
 * `not_found`.
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
    if (!isActive) {
      await endSessionsOf(ctx.services, tx, device, "device_deactivated");
      await revokeTokensOf(ctx, tx, device);
    }
    const action = isActive ? "device.activated" : "device.deactivated";
    await recordAudit(ctx, tx, action, { kind: "device", id }, { name: device.name });
  });
}

/** Revokes the API tokens that the device's person made on it, in any organisation. */
async function revokeTokensOf(ctx: Context, tx: Transaction, { id, userId }: DeviceRow): Promise<void> {
  const { organisationId } = ctx.actor;
  for (const token of await revokeApiTokensMadeOn(tx, id, userId, ctx.services.now())) {
    if (token.organisationId !== organisationId) continue;
    await hastenOutboxOf(tx, organisationId, { userId, tokenId: token.id });
    const { name, hint } = token;
    await recordAudit(
      ctx,
      tx,
      "token.revoked",
      { kind: "token", id: token.id },
      { name, hint, deviceId: id },
    );
  }
}
