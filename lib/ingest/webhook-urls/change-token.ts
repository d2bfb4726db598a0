import type { Transaction } from "#db/client.ts";
import {
  endWebhookToken,
  getWebhookToken,
  listLiveWebhookTokens,
  lockWebhookTokens,
  type WebhookTokenRow,
} from "#db/queries/ingest/webhook-tokens.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { makeToken, openToken } from "./token-texts.ts";

/** how long the previous URL still works after a rotation */
const graceMs = 86_400_000;

const gone = () =>
  new ServiceError("not_found", "This webhook URL isn't here any more: it was revoked. Reload the page.");

/**
 * Returns a valid token of the organisation, and all valid tokens of that token's webhook. Throws ServiceError
 * `not_found`.
 */
async function liveToken(ctx: Context, tx: Transaction, rawId: unknown) {
  const { organisationId } = ctx.actor;
  const id = idOf(rawId, gone);
  const webhook = (await getWebhookToken(tx, organisationId, id))?.webhook;
  if (webhook === undefined) throw gone();
  const live = await listLiveWebhookTokens(tx, organisationId, webhook, ctx.services.now());
  const row = live.find((token) => token.id === id);
  if (!row) throw gone();
  return { row, live };
}

const subject = (row: WebhookTokenRow) => ({ kind: "webhook", id: row.id });

/**
 * Returns a complete webhook URL, including its secret. Writes an audit entry. Throws ServiceError `forbidden`,
 * `not_found`, or `unavailable` if the organisation's data keys can't open the token.
 */
export async function showWebhookUrl(ctx: Context, rawId: unknown): Promise<{ url: string }> {
  authorise(ctx, "settings.manage");
  return inOwnOrganisation(ctx, async (tx) => {
    const { row } = await liveToken(ctx, tx, rawId);
    const text = await openToken(ctx.services, tx, row);
    if (text === null)
      throw new ServiceError(
        "unavailable",
        "This webhook URL can't be opened with the keys in POCKETSOC_ENCRYPTION_KEYS. Put the earlier key back, or rotate it to get a new one.",
      );
    await recordAudit(ctx, tx, "webhook.url_shown", subject(row), { webhook: row.webhook });
    return { url: `${ctx.services.portalUrl}/api/webhooks/${row.webhook}/${text}` };
  });
}

/**
 * Makes a new webhook URL. The current URL (`currentId`) works for 24 more hours. The URL before that stops working at
 * once. Throws ServiceError `forbidden`, `not_found`, or `conflict` if someone else has rotated meanwhile.
 */
export async function rotateWebhookToken(ctx: Context, currentId: unknown): Promise<{ id: string }> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    await lockWebhookTokens(tx, organisationId);
    const { row, live } = await liveToken(ctx, tx, currentId);
    if (row.expiresAt !== null)
      throw new ServiceError(
        "conflict",
        "Someone rotated this webhook URL meanwhile, so nothing was changed. Reload the page to see the new one.",
      );
    const earlier = live.filter(({ id }) => id !== row.id);
    for (const { id } of earlier) await endWebhookToken(tx, organisationId, id, { revokedAt: now });
    const expiresAt = new Date(now.getTime() + graceMs);
    await endWebhookToken(tx, organisationId, row.id, { expiresAt });
    const { webhook } = row;
    const newToken = await makeToken(ctx.services, tx, {
      organisationId,
      webhook,
      createdBy: ctx.actor.name,
    });
    await recordAudit(ctx, tx, "webhook.url_rotated", subject(newToken), {
      webhook,
      earlierWorksUntil: expiresAt.toISOString(),
      endedAtOnce: earlier.map(({ id }) => id).join(", "),
    });
    return { id: newToken.id };
  });
}

/**
 * Ends a previous webhook URL before its 24 hours are over. Throws ServiceError `forbidden`, `not_found`, or `conflict`
 * for the current URL.
 */
export async function revokeWebhookToken(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    await lockWebhookTokens(tx, organisationId);
    const { row } = await liveToken(ctx, tx, rawId);
    if (row.expiresAt === null)
      throw new ServiceError(
        "conflict",
        "This is the webhook URL in use, so it can't be revoked by itself. Rotate it first; then revoke this one at once.",
      );
    await endWebhookToken(tx, organisationId, row.id, { revokedAt: ctx.services.now() });
    await recordAudit(ctx, tx, "webhook.url_revoked", subject(row), { webhook: row.webhook });
  });
}
