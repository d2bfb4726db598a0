import { findWebhookTokenRow } from "#db/queries/ingest/webhook-tokens.ts";
import { isTokenText } from "#lib/domain/token-text.ts";
import { sameBytes } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { hashesOfToken } from "../webhook-urls/token-texts.ts";

/** the number of characters of a text that are hashed; every token is shorter */
const readLengthMax = 256;
const nothing = Buffer.alloc(32);

type FoundWebhookToken =
  | { tokenId: string; organisationId: string; webhook: string }
  /** the id of an ended token with this text; null if no such token is stored */
  | { unknown: string | null };

/**
 * Finds the webhook token with this text. Takes the same time for valid and invalid texts, so that the duration reveals
 * nothing. Caches nothing, so that a revoked token is refused at its next use. Throws the database's errors.
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
