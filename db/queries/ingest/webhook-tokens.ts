import { and, asc, eq, gt, gte, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { deliveries, webhookRefusals, webhookTokens } from "../../schema/index.ts";

export type WebhookTokenRow = typeof webhookTokens.$inferSelect;

/** Locks the organisation's webhook tokens until commit. Two admins can't create or rotate tokens at the same time. */
export async function lockWebhookTokens(tx: Transaction, organisationId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`webhook_tokens ${organisationId}`}))`);
}

/** Lists the organisation's tokens for a webhook that are neither revoked nor expired, oldest first. */
export async function listLiveWebhookTokens(
  tx: Transaction,
  organisationId: string,
  webhook: string,
  now: Date,
): Promise<WebhookTokenRow[]> {
  return (
    tx
      .select()
      .from(webhookTokens)
      .where(
        and(
          eq(webhookTokens.organisationId, organisationId),
          eq(webhookTokens.webhook, webhook),
          isNull(webhookTokens.revokedAt),
          or(isNull(webhookTokens.expiresAt), gt(webhookTokens.expiresAt, now)),
        ),
      )
      // the current token, which has no expiry, comes last
      .orderBy(sql`${webhookTokens.expiresAt} asc nulls last`, asc(webhookTokens.id))
  );
}

/** Returns a webhook token of the organisation, or undefined if there is none. Also finds revoked and expired tokens. */
export async function getWebhookToken(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<WebhookTokenRow | undefined> {
  const rows = await tx
    .select()
    .from(webhookTokens)
    .where(and(eq(webhookTokens.organisationId, organisationId), eq(webhookTokens.id, id)));
  return rows[0];
}

/** Inserts a webhook token. The row has the token's keyed hash and its sealed text. */
export async function insertWebhookToken(
  tx: Transaction,
  row: typeof webhookTokens.$inferInsert,
): Promise<void> {
  await tx.insert(webhookTokens).values(row);
}

/** Sets when a webhook token expires, or revokes the token. */
export async function endWebhookToken(
  tx: Transaction,
  organisationId: string,
  id: string,
  end: { expiresAt: Date } | { revokedAt: Date },
): Promise<void> {
  await tx
    .update(webhookTokens)
    .set(end)
    .where(and(eq(webhookTokens.organisationId, organisationId), eq(webhookTokens.id, id)));
}

/** Finds the webhook token with one of these hashes, in any organisation. Also finds revoked and expired tokens. */
export async function findWebhookTokenRow(
  db: Database,
  hashes: readonly Buffer[],
  now: Date,
): Promise<FoundTokenRow | undefined> {
  // prepared, which saves a round trip: the receiver runs this for every request
  const rows = await db.$client<FoundTokenRow[]>`
    select id, organisation_id as "organisationId", webhook, token_hash as "tokenHash",
      revoked_at is not null or coalesce(expires_at <= ${now.toISOString()}::timestamptz, false) as "hasEnded"
    from webhook_tokens where token_hash in ${db.$client([...hashes])} limit 1`;
  return rows[0];
}
/** Those columns of a webhook token that the receiver needs. */
type FoundTokenRow = {
  id: string;
  organisationId: string;
  webhook: string;
  tokenHash: Buffer;
  hasEnded: boolean;
};

/**
 * Lists the organisation's webhook tokens whose hash was made with another key than `keyId`. Includes revoked and expired
 * tokens.
 */
export async function listHashedWithOtherKey(
  tx: Transaction,
  organisationId: string,
  keyId: string,
): Promise<WebhookTokenRow[]> {
  return tx
    .select()
    .from(webhookTokens)
    .where(and(eq(webhookTokens.organisationId, organisationId), ne(webhookTokens.hashKeyId, keyId)));
}

/** Replaces a webhook token's hash with a hash made with another key. */
export async function rehashWebhookToken(
  tx: Transaction,
  organisationId: string,
  id: string,
  hash: { tokenHash: Buffer; hashKeyId: string },
): Promise<void> {
  await tx
    .update(webhookTokens)
    .set(hash)
    .where(and(eq(webhookTokens.organisationId, organisationId), eq(webhookTokens.id, id)));
}

/** Counts the requests since `since` that used revoked or expired webhook tokens of the organisation. */
export async function countEndedTokenCalls(
  tx: Transaction,
  organisationId: string,
  webhook: string,
  since: Date,
): Promise<number> {
  const rows = await tx
    .select({ count: sql<number>`coalesce(sum(${webhookRefusals.count}), 0)::int` })
    .from(webhookRefusals)
    .innerJoin(webhookTokens, eq(webhookTokens.id, webhookRefusals.tokenId))
    .where(
      and(
        eq(webhookTokens.organisationId, organisationId),
        eq(webhookTokens.webhook, webhook),
        gte(webhookRefusals.hour, since),
      ),
    );
  return rows[0]?.count ?? 0;
}

/**
 * Returns when a webhook's newest delivery arrived, and how many deliveries have arrived since `since`. The count stops at
 * `limit`.
 */
export async function summariseDeliveries(
  tx: Transaction,
  organisationId: string,
  webhook: string,
  since: Date,
  limit: number,
): Promise<{ lastReceivedAt: Date | null; count: number }> {
  const own = and(eq(deliveries.organisationId, organisationId), eq(deliveries.webhook, webhook));
  const newest = await tx
    .select({ at: deliveries.receivedAt })
    .from(deliveries)
    .where(own)
    .orderBy(sql`${deliveries.receivedAt} desc, ${deliveries.id} desc`)
    .limit(1);
  const recent = tx
    .select({ one: sql`1`.as("one") })
    .from(deliveries)
    .where(and(own, gte(deliveries.receivedAt, since)))
    .limit(limit)
    .as("recent");
  const counted = await tx.select({ count: sql<number>`count(*)::int` }).from(recent);
  return { lastReceivedAt: newest[0]?.at ?? null, count: counted[0]?.count ?? 0 };
}

/** Deletes webhook tokens that ended before `before`. */
export async function deleteOldWebhookTokens(
  tx: Transaction,
  organisationId: string,
  before: Date,
): Promise<void> {
  await tx
    .delete(webhookTokens)
    .where(
      and(
        eq(webhookTokens.organisationId, organisationId),
        or(lt(webhookTokens.revokedAt, before), lt(webhookTokens.expiresAt, before)),
      ),
    );
}

/** Deletes the counts of refused webhook requests for hours before `before`. */
export async function deleteOldWebhookRefusals(db: Database, before: Date): Promise<void> {
  await db.delete(webhookRefusals).where(lt(webhookRefusals.hour, before));
}

/** Counts an organisation's webhook tokens by the key that hashed them. */
export async function countTokensByKey(
  tx: Transaction,
  organisationId: string,
): Promise<{ keyId: string; count: number }[]> {
  return tx
    .select({ keyId: webhookTokens.hashKeyId, count: sql<number>`count(*)::int` })
    .from(webhookTokens)
    .where(eq(webhookTokens.organisationId, organisationId))
    .groupBy(webhookTokens.hashKeyId);
}
