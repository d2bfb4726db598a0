import { insertWebhook } from "#db/queries/alerting/outgoing-webhook.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newSigningSecret, signingSecretHint } from "#lib/platform/webhook-signature.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { outgoingSealContext } from "./seal-context.ts";
import { auditDetail, auditSubject, readInput, settingsColumns } from "./settings.ts";

/**
 * Sets up the organisation's outgoing webhook. Returns the signing secret, which can't be read later. Throws
 * `forbidden`, `invalid` with messages by field, or `conflict` if the organisation already has an outgoing webhook.
 */
export async function createOutgoingWebhook(ctx: Context, rawInput: unknown): Promise<{ secret: string }> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const secret = newSigningSecret();
  const now = ctx.services.now();
  await inOwnOrganisation(ctx, async (tx) => {
    const input = await readInput(ctx, tx, rawInput);
    const sealContext = outgoingSealContext(organisationId, "secret");
    const isInserted = await insertWebhook(tx, {
      organisationId,
      ...(await settingsColumns(ctx.services, tx, organisationId, input)),
      changedAt: now,
      secretSealed: await sealAt(ctx.services, tx, sealContext, secret),
      secretHint: signingSecretHint(secret),
      secretMadeAt: now,
    });
    if (!isInserted)
      throw new ServiceError(
        "conflict",
        "Someone set up the outgoing webhook meanwhile, so nothing was changed. Reload the page to see it.",
      );
    await recordAudit(ctx, tx, "outgoing_webhook.created", auditSubject(organisationId), auditDetail(input));
  });
  return { secret };
}
