import { and, asc, eq, gt, gte, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { deliveries, webhookRefusals, webhookTokens } from "../../schema/index.ts";

export type WebhookTokenRow = typeof webhookTokens.$inferSelect;

/** Holds the organisation's tokens until commit: two admins make or rotate them one after the other. */
export async function lockWebhookTokens(tx: Transaction, organisationId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`webhook_tokens ${organisationId}`}))`);
}

/** The organisation's tokens for one webhook that were not revoked and have not run out, the oldest first. */
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
      // the one in use last: it is the one without an end
      .orderBy(sql`${webhookTokens.expiresAt} asc nulls last`, asc(webhookTokens.id))
  );
}

/** One of the organisation's tokens, ended or not; undefined when there is none of that id. */
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

/** Stores a token: its keyed hash and its sealed text. */
export async function insertWebhookToken(
  tx: Transaction,
  row: typeof webhookTokens.$inferInsert,
): Promise<void> {
  await tx.insert(webhookTokens).values(row);
}

/** Gives a token its last moment, or ends it now. */
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

/** The token with one of these hashes, whatever has become of it; read outside of any organisation. */
export async function findWebhookTokenRow(
  db: Database,
  hashes: readonly Buffer[],
  now: Date,
): Promise<FoundTokenRow | undefined> {
  // the webhook's door asks this with every call: prepared, it is one round trip and not two
  const rows = await db.$client<FoundTokenRow[]>`
    select id, organisation_id as "organisationId", webhook, token_hash as "tokenHash",
      revoked_at is not null or coalesce(expires_at <= ${now.toISOString()}::timestamptz, false) as "hasEnded"
    from webhook_tokens where token_hash in ${db.$client([...hashes])} limit 1`;
  return rows[0];
}
/** What the door needs of a token. */
type FoundTokenRow = {
  id: string;
  organisationId: string;
  webhook: string;
  tokenHash: Buffer;
  hasEnded: boolean;
};

/** The organisation's tokens, ended ones too, whose hash was made with another key than `keyId`. */
export async function listHashedOtherwise(
  tx: Transaction,
  organisationId: string,
  keyId: string,
): Promise<WebhookTokenRow[]> {
  return tx
    .select()
    .from(webhookTokens)
    .where(and(eq(webhookTokens.organisationId, organisationId), ne(webhookTokens.hashKeyId, keyId)));
}

/** Puts a hash made with another key in the place of a token's. */
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

/** Calls since `since` with tokens of the organisation that were ended. */
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

/** The newest delivery by a webhook, and how many came since `since`, counted to `most` at the furthest. */
export async function summariseDeliveries(
  tx: Transaction,
  organisationId: string,
  webhook: string,
  since: Date,
  most: number,
): Promise<{ lastReceivedAt: Date | null; count: number }> {
  const own = and(eq(deliveries.organisationId, organisationId), eq(deliveries.webhook, webhook));
  const newest = await tx
    .select({ at: deliveries.receivedAt })
    .from(deliveries)
    .where(own)
    .orderBy(sql`${deliveries.receivedAt} desc, ${deliveries.id} desc`)
    .limit(1);
  const some = tx
    .select({ one: sql`1`.as("one") })
    .from(deliveries)
    .where(and(own, gte(deliveries.receivedAt, since)))
    .limit(most)
    .as("some");
  const counted = await tx.select({ count: sql<number>`count(*)::int` }).from(some);
  return { lastReceivedAt: newest[0]?.at ?? null, count: counted[0]?.count ?? 0 };
}

/** Deletes tokens that ended before `before`. */
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

/** Deletes counts of refused calls from before `before`. */
export async function deleteOldWebhookRefusals(db: Database, before: Date): Promise<void> {
  await db.delete(webhookRefusals).where(lt(webhookRefusals.hour, before));
}
