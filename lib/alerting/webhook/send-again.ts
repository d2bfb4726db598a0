import { getWebhook, reviveOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { requesterOf } from "#lib/core/requester.ts";
import { noWebhook, webhookIsOff } from "./problems.ts";

const gone = () =>
  new ServiceError(
    "not_found",
    "This isn't here as a failed one any more: it was forgotten after 30 days, or is being sent again already. Reload the page.",
  );

/**
 * Queues a failed event again with the same `webhook-id`. Throws `forbidden`, `not_found`, or `conflict` while the
 * outgoing webhook is off.
 */
export async function sendOutgoingAgain(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const id = idOf(rawId, gone);
  await inOwnOrganisation(ctx, async (tx) => {
    const revived = await reviveOutgoing(tx, organisationId, id, requesterOf(ctx.actor), ctx.services.now());
    if (!revived) throw gone();
    const webhook = await getWebhook(tx, organisationId);
    if (!webhook) throw noWebhook();
    if (!webhook.isOn) throw webhookIsOff();
    await queueAlertingWork(tx, organisationId, "outgoing", [id], newId);
    const subject = { kind: "outgoing_delivery", id };
    const { type, subjectId } = revived;
    await recordAudit(ctx, tx, "outgoing_webhook.sent_again", subject, { type, subjectId });
  });
}
