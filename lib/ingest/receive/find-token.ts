import { findWebhookTokenRow } from "#db/queries/ingest/webhook-tokens.ts";
import { isTokenText } from "#lib/domain/token-text.ts";
import { sameBytes } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { hashesOfToken } from "../webhook-urls/token-texts.ts";

/** longer than any token; only this many characters of a longer text are hashed */
const readLengthMax = 256;
const nothing = Buffer.alloc(32);

type FoundWebhookToken =
  | { tokenId: string; organisationId: string; webhook: string }
  /** the id of an ended token, for counting its calls; null for a text that was never a token */
  | { unknown: string | null };

/**
 * Finds the webhook token with this text. The work is the same for valid, malformed, unknown, revoked and expired ones: a hash
 * under every key of the keyring, one SELECT, and comparisons in constant time. Nothing is cached between calls, so a revoked
 * token is refused at its next use. Throws what the database throws.
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
