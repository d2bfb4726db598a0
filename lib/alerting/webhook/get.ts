import { getWebhook } from "#db/queries/alerting/outgoing-webhook.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { openAt } from "#lib/core/sealing.ts";
import { outgoingPlace } from "./owned.ts";

/** The organisation's webhook as Settings shows it, without its secret; null while there is none. */
export async function getOutgoingWebhook(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getWebhook(tx, organisationId);
    if (!row) return null;
    const { host, severities, isOn, offBecause, secretHint, secretMadeAt, earlierSecretUntil: until } = row;
    const place = outgoingPlace(organisationId, "address");
    return {
      host,
      /** null when the keys at hand don't open it */
      address: await openAt(ctx.services, tx, place, row.addressSealed),
      severities,
      isOn,
      offBecause,
      secretHint,
      secretMadeAt: secretMadeAt.toISOString(),
      /** until when the secret before signs too; null when it doesn't */
      earlierSecretUntil: until && until > now ? until.toISOString() : null,
    };
  });
}
export type OutgoingWebhookView = NonNullable<Awaited<ReturnType<typeof getOutgoingWebhook>>>;
