import { lockWebhook, updateWebhook } from "#db/queries/alerting/outgoing-webhook.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { openAt } from "#lib/core/sealing.ts";
import { noWebhook } from "./problems.ts";
import { outgoingSealContext } from "./seal-context.ts";
import { auditDetail, auditSubject, readInput, settingsColumns } from "./settings.ts";

/**
 * Changes those settings of the outgoing webhook that the input has: address, severities, and whether it is on. The others stay
 * as they are, because an open page may be older than they are. Waiting events go to the new address.
 * Throws `forbidden`, `not_found`, or `invalid` with messages by field.
 */
export async function changeOutgoingWebhook(ctx: Context, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    const row = await lockWebhook(tx, organisationId);
    if (!row) throw noWebhook();
    const sealContext = outgoingSealContext(organisationId, "address");
    const addressBefore = await openAt(ctx.services, tx, sealContext, row.addressSealed);
    const { severities, isOn } = row;
    const input = await readInput(ctx, tx, rawInput, { address: addressBefore ?? "", severities, isOn });
    await updateWebhook(tx, organisationId, {
      ...(await settingsColumns(ctx.services, tx, organisationId, input)),
      offBecause: input.isOn ? null : row.offBecause,
      // always increases, so that a 410 for the earlier settings doesn't switch these off
      changedAt: new Date(Math.max(ctx.services.now().getTime(), row.changedAt.getTime() + 1)),
    });
    await recordAudit(ctx, tx, "outgoing_webhook.changed", auditSubject(organisationId), {
      ...auditDetail(input),
      addressChanged: addressBefore !== input.address,
    });
  });
}
