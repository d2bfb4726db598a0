import { lockWebhook, updateWebhook } from "#db/queries/alerting/outgoing-webhook.ts";
import { newSigningSecret, signingSecretHint } from "#lib/platform/webhook-signature.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { openAt, sealAt } from "#lib/core/sealing.ts";
import { noWebhook, outgoingPlace, outgoingSubject } from "./owned.ts";

/** for how long the secret before signs too, so that a receiver can be given the new one in its own time */
const graceMs = 86_400_000;

/**
 * Makes a new signing secret, which is in this answer and nowhere else in the clear. The one before signs beside it for 24 hours
 * more; one from before that signs no more. Throws `forbidden` and `not_found`.
 */
export async function newOutgoingSecret(ctx: Context): Promise<{ secret: string }> {
  authorise(ctx, "settings.manage");
  const { services } = ctx;
  const { organisationId } = ctx.actor;
  const secret = newSigningSecret();
  const now = services.now();
  const placeOf = (part: Parameters<typeof outgoingPlace>[1]) => outgoingPlace(organisationId, part);
  await inOwnOrganisation(ctx, async (tx) => {
    const row = await lockWebhook(tx, organisationId);
    if (!row) throw noWebhook();
    // one that no key at hand opens signs nothing any more
    const earlier = await openAt(services, tx, placeOf("secret"), row.secretSealed);
    await updateWebhook(tx, organisationId, {
      secretSealed: await sealAt(services, tx, placeOf("secret"), secret),
      secretHint: signingSecretHint(secret),
      secretMadeAt: now,
      earlierSecretSealed:
        earlier === null ? null : await sealAt(services, tx, placeOf("earlier-secret"), earlier),
      earlierSecretUntil: earlier === null ? null : new Date(now.getTime() + graceMs),
    });
    await recordAudit(ctx, tx, "outgoing_webhook.secret_made", outgoingSubject(organisationId), {
      hint: signingSecretHint(secret),
      earlierHint: row.secretHint,
    });
  });
  return { secret };
}
