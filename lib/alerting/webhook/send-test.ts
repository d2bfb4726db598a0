import { getWebhook, insertOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { newId } from "#lib/platform/ids.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { requesterOf } from "#lib/core/requester.ts";
import { noWebhook, webhookIsOff } from "./problems.ts";

/**
 * Queues a test event for the outgoing webhook. Throws `forbidden`, `not_found`, or `conflict` while the outgoing
 * webhook is off.
 */
export async function testOutgoingWebhook(ctx: Context): Promise<{ id: string }> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const id = newId();
  await inOwnOrganisation(ctx, async (tx) => {
    const webhook = await getWebhook(tx, organisationId);
    if (!webhook) throw noWebhook();
    if (!webhook.isOn) throw webhookIsOff();
    const createdAt = ctx.services.now();
    const requester = requesterOf(ctx.actor);
    await insertOutgoing(tx, { organisationId, id, type: "test", subjectId: id, createdAt, requester });
    await queueAlertingWork(tx, organisationId, "outgoing", [id], newId);
  });
  return { id };
}
