import { getWebhook } from "#db/queries/alerting/outgoing-webhook.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { openAt } from "#lib/core/sealing.ts";
import { outgoingSealContext } from "./seal-context.ts";

/** Returns the organisation's outgoing webhook without its secret, or null if there is none. Throws `forbidden`. */
export async function getOutgoingWebhook(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getWebhook(tx, organisationId);
    if (!row) return null;
    const { host, severities, isOn, offBecause, secretHint, secretMadeAt, earlierSecretUntil } = row;
    const sealContext = outgoingSealContext(organisationId, "address");
    return {
      host,
      /** the address to which events are posted; null if the organisation's data keys can't open it */
      address: await openAt(ctx.services, tx, sealContext, row.addressSealed),
      severities,
      isOn,
      offBecause,
      secretHint,
      secretMadeAt: secretMadeAt.toISOString(),
      /** the time until which the previous secret also signs; null if it no longer signs */
      earlierSecretUntil:
        earlierSecretUntil && earlierSecretUntil > now ? earlierSecretUntil.toISOString() : null,
    };
  });
}
export type OutgoingWebhookView = NonNullable<Awaited<ReturnType<typeof getOutgoingWebhook>>>;
