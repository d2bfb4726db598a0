import { insertWebhook, lockWebhook, updateWebhook } from "#db/queries/alerting/outgoing-webhook.ts";
import type { Transaction } from "#db/client.ts";
import { outgoingAddressProblem } from "#lib/domain/outgoing.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newSigningSecret, signingSecretHint } from "#lib/platform/webhook-signature.ts";
import { fieldMessages } from "#lib/schemas/configuration.ts";
import { OutgoingWebhookInput } from "#lib/schemas/outgoing-webhook.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { openAt, sealAt } from "#lib/core/sealing.ts";
import { noWebhook, outgoingPlace, outgoingSubject } from "./owned.ts";

/**
 * Sets up the organisation's webhook. Its signing secret is in this answer and nowhere else in the clear. Throws `forbidden`,
 * `invalid` with messages by field, and `conflict` when there is one already.
 */
export async function createOutgoingWebhook(ctx: Context, rawInput: unknown): Promise<{ secret: string }> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const input = readInput(ctx, rawInput);
  const secret = newSigningSecret();
  const now = ctx.services.now();
  await inOwnOrganisation(ctx, async (tx) => {
    const made = await insertWebhook(tx, {
      organisationId,
      ...(await settingsOf(ctx, tx, input)),
      changedAt: now,
      secretSealed: await sealAt(ctx.services, tx, outgoingPlace(organisationId, "secret"), secret),
      secretHint: signingSecretHint(secret),
      secretMadeAt: now,
    });
    if (!made)
      throw new ServiceError(
        "conflict",
        "Someone set up the outgoing webhook meanwhile, so nothing was changed. Reload the page to see it.",
      );
    await recordAudit(ctx, tx, "outgoing_webhook.created", outgoingSubject(organisationId), said(input));
  });
  return { secret };
}

/**
 * Changes address, severities and switch; what waits is posted to the new address. Throws `forbidden`, `not_found`, and `invalid`
 * with messages by field.
 */
export async function changeOutgoingWebhook(ctx: Context, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const input = readInput(ctx, rawInput);
  await inOwnOrganisation(ctx, async (tx) => {
    const row = await lockWebhook(tx, organisationId);
    if (!row) throw noWebhook();
    const place = outgoingPlace(organisationId, "address");
    const before = await openAt(ctx.services, tx, place, row.addressSealed);
    await updateWebhook(tx, organisationId, {
      ...(await settingsOf(ctx, tx, input)),
      offBecause: input.isOn ? null : row.offBecause,
      // an answer that is on its way to the state before doesn't switch this one off
      changedAt: new Date(Math.max(ctx.services.now().getTime(), row.changedAt.getTime() + 1)),
    });
    await recordAudit(ctx, tx, "outgoing_webhook.changed", outgoingSubject(organisationId), {
      ...said(input),
      addressChanged: before !== input.address,
    });
  });
}

function readInput(ctx: Context, rawInput: unknown): OutgoingWebhookInput {
  const parsed = OutgoingWebhookInput.safeParse(rawInput);
  if (!parsed.success)
    throw new ServiceError("invalid", "Some fields need another look.", {
      fields: fieldMessages(parsed.error),
    });
  const problem = outgoingAddressProblem(parsed.data.address, ctx.services.outgoing.moreHosts);
  if (problem) throw new ServiceError("invalid", problem, { fields: { address: problem } });
  return parsed.data;
}

async function settingsOf(
  ctx: Context,
  tx: Transaction,
  { address, severities, isOn }: OutgoingWebhookInput,
) {
  const place = outgoingPlace(ctx.actor.organisationId, "address");
  return {
    host: new URL(address).host,
    addressSealed: await sealAt(ctx.services, tx, place, address),
    severities,
    isOn,
  };
}

/** What the audit log keeps of it: the rest of the address may hold a key. */
const said = ({ address, severities, isOn }: OutgoingWebhookInput) => ({
  host: new URL(address).host,
  severities,
  isOn,
});
