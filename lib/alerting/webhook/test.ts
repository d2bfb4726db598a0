import { queueNotifications } from "#db/queries/alerting/queue.ts";
import { getWebhook, insertOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { newId } from "#lib/platform/ids.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { isOff, noWebhook } from "./owned.ts";

/** Has the webhook sent a test, as anything else is sent. Throws `forbidden`, `not_found`, and `conflict` while it is off. */
export async function testOutgoingWebhook(ctx: Context): Promise<{ id: string }> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const id = newId();
  await inOwnOrganisation(ctx, async (tx) => {
    const webhook = await getWebhook(tx, organisationId);
    if (!webhook) throw noWebhook();
    if (!webhook.isOn) throw isOff();
    const createdAt = ctx.services.now();
    await insertOutgoing(tx, { organisationId, id, type: "test", subjectId: id, createdAt });
    await queueNotifications(tx, organisationId, "outgoing", [id], newId);
  });
  return { id };
}
