import type { Transaction } from "#db/client.ts";
import {
  countEndedTokenCalls,
  listLiveWebhookTokens,
  lockWebhookTokens,
  summariseDeliveries,
  type WebhookTokenRow,
} from "#db/queries/ingest/webhook-tokens.ts";
import { tokenHint } from "#lib/domain/token-text.ts";
import { wordsOf } from "#lib/domain/vendor-words.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { hasKey } from "#lib/core/keyring.ts";
import { offeredManifests } from "#lib/core/vendors.ts";
import { makeToken, openToken, rehashTokens } from "./token-texts.ts";

/** the highest number up to which a day's deliveries are counted */
export const countedMax = 10_000;
const dayMs = 86_400_000;

/**
 * Returns each vendor's webhook with its valid tokens and the number of deliveries in the last 24 hours. The current
 * token is the last one. Creates the organisation's first token if there is none. Throws ServiceError `forbidden`.
 */
export async function getWebhookUrls(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    await rehashTokens(ctx.services, tx, organisationId);
    const urls = [];
    for (const { id: vendor, words, webhook } of offeredManifests(ctx.services)) {
      if (!webhook) continue;
      const rows = await liveOrFirst(ctx, tx, webhook.id);
      const since = new Date(ctx.services.now().getTime() - dayMs);
      const { lastReceivedAt, count } = await summariseDeliveries(
        tx,
        organisationId,
        webhook.id,
        since,
        countedMax + 1,
      );
      urls.push({
        vendor,
        id: webhook.id,
        label: webhook.label,
        help: webhook.help,
        redeploy: webhook.redeploy,
        words: wordsOf(words),
        address: `${ctx.services.portalUrl}/api/webhooks/${webhook.id}`,
        tokens: await Promise.all(rows.map((row) => view(ctx, tx, row))),
        lastReceivedAt: lastReceivedAt?.toISOString() ?? null,
        deliveries24h: count,
        refused24h: await countEndedTokenCalls(tx, organisationId, webhook.id, since),
      });
    }
    return urls;
  });
}
export type WebhookUrl = Awaited<ReturnType<typeof getWebhookUrls>>[number];

async function liveOrFirst(ctx: Context, tx: Transaction, webhook: string): Promise<WebhookTokenRow[]> {
  const { organisationId } = ctx.actor;
  const listLive = () => listLiveWebhookTokens(tx, organisationId, webhook, ctx.services.now());
  const live = await listLive();
  if (live.length > 0) return live;
  await lockWebhookTokens(tx, organisationId);
  // another admin may have made the first token at the same moment
  const madeMeanwhile = await listLive();
  if (madeMeanwhile.length > 0) return madeMeanwhile;
  const of = { organisationId, webhook, createdBy: ctx.actor.name };
  const row = await makeToken(ctx.services, tx, of);
  await recordAudit(ctx, tx, "webhook.url_made", { kind: "webhook", id: row.id }, { webhook });
  return [row];
}

async function view(ctx: Context, tx: Transaction, row: WebhookTokenRow) {
  const text = await openToken(ctx.services, tx, row);
  return {
    id: row.id,
    /** the last four characters of the token's text; null if the organisation's data keys can't open the text */
    hint: text === null ? null : tokenHint(text),
    /** whether the keyring still has the key that hashed the token, so that calls with the token are accepted */
    isKnown: hasKey(ctx.services, row.hashKeyId),
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastHeartbeatAt: row.lastHeartbeatAt?.toISOString() ?? null,
  };
}
export type WebhookToken = WebhookUrl["tokens"][number];
