import { lockWebhook, updateWebhook } from "#db/queries/alerting/outgoing-webhook.ts";
import { newSigningSecret, signingSecretHint } from "#lib/platform/webhook-signature.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { openAt, sealAt } from "#lib/core/sealing.ts";
import { noWebhook } from "./problems.ts";
import { outgoingSealContext, type SealedPart } from "./seal-context.ts";
import { auditSubject } from "./settings.ts";

/** for this long the previous secret also signs, so that an admin has time to configure the receiver */
const graceMs = 86_400_000;

/**
 * Creates a new signing secret and returns it. The secret can't be read later. The previous secret also signs for 24
 * hours. Throws `forbidden` and `not_found`.
 */
export async function rotateOutgoingSecret(ctx: Context): Promise<{ secret: string }> {
  authorise(ctx, "settings.manage");
  const { services } = ctx;
  const { organisationId } = ctx.actor;
  const secret = newSigningSecret();
  const now = services.now();
  const contextOf = (part: SealedPart) => outgoingSealContext(organisationId, part);
  await inOwnOrganisation(ctx, async (tx) => {
    const row = await lockWebhook(tx, organisationId);
    if (!row) throw noWebhook();
    // a secret that the keyring can't open doesn't sign any more
    const earlier = await openAt(services, tx, contextOf("secret"), row.secretSealed);
    await updateWebhook(tx, organisationId, {
      secretSealed: await sealAt(services, tx, contextOf("secret"), secret),
      secretHint: signingSecretHint(secret),
      secretMadeAt: now,
      earlierSecretSealed:
        earlier === null ? null : await sealAt(services, tx, contextOf("earlier-secret"), earlier),
      earlierSecretUntil: earlier === null ? null : new Date(now.getTime() + graceMs),
    });
    await recordAudit(ctx, tx, "outgoing_webhook.secret_made", auditSubject(organisationId), {
      hint: signingSecretHint(secret),
      earlierHint: row.secretHint,
    });
  });
  return { secret };
}
