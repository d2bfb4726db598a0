import { findWebhookTokenRow } from "#db/queries/ingest/webhook-tokens.ts";
import { isTokenText } from "#lib/domain/token-text.ts";
import { sameBytes } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { hashesOfToken } from "../webhook-urls/token-texts.ts";

/** more than any token has; what is longer isn't hashed to its end */
const readLengthMax = 256;
const nothing = Buffer.alloc(32);

type FoundWebhookToken =
  | { tokenId: string; organisationId: string; webhook: string }
  /** the id of a token of ours that was ended, for counting; null for a text that never was one */
  | { unknown: string | null };

/**
 * Whose token a text is, for the webhook's door. The same work for good, malformed, unknown, revoked and expired
 * ones: a hash under every key of the keyring, one SELECT, comparisons that take the same time. Nothing is kept
 * between calls, so a revoked token is refused at its next one. Throws what the database throws.
 */
export async function findWebhookToken(services: Services, text: string): Promise<FoundWebhookToken> {
  const read = text.slice(0, readLengthMax);
  const hashes = hashesOfToken(services, read);
  const row = await findWebhookTokenRow(services.db, hashes, services.now());
  const matches = hashes.map((hash) => sameBytes(hash, row?.tokenHash ?? nothing));
  const hasForm = isTokenText("webhook", read) && read === text;
  if (!row || !hasForm || !matches.includes(true)) return { unknown: null };
  const { id: tokenId, organisationId, webhook, hasEnded } = row;
  return hasEnded ? { unknown: tokenId } : { tokenId, organisationId, webhook };
}
