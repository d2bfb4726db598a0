import { randomBytes } from "node:crypto";
import type { Transaction } from "#db/client.ts";
import {
  insertWebhookToken,
  listHashedWithOtherKey,
  rehashWebhookToken,
  type WebhookTokenRow,
} from "#db/queries/ingest/webhook-tokens.ts";
import { tokenText } from "#lib/domain/token-text.ts";
import type { SealContext } from "#lib/platform/crypto.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { openAt, sealAt } from "#lib/core/sealing.ts";
import { firstKeyId, hashByKeyring, hashesByKeyring, type Resealed } from "#lib/core/keyring.ts";

const place = (organisationId: string, rowId: string): SealContext => ({
  purpose: "webhook-token",
  organisationId,
  rowId,
});

const label = "webhook-token";

/** Hashes a token's text with every key of the keyring, because any key may have made the stored hash. */
export const hashesOfToken = (services: Services, text: string) => hashesByKeyring(services, label, text);

function tokenHash(services: Services, text: string) {
  const { hash, keyId } = hashByKeyring(services, label, text);
  return { tokenHash: hash, hashKeyId: keyId };
}

/** Makes a token for one webhook and stores its text sealed. The token doesn't expire. */
export async function makeToken(
  services: Services,
  tx: Transaction,
  of: { organisationId: string; webhook: string; createdBy: string },
): Promise<WebhookTokenRow> {
  const id = newId();
  const text = tokenText("webhook", randomBytes(32));
  const row: WebhookTokenRow = {
    ...of,
    id,
    ...tokenHash(services, text),
    sealed: await sealAt(services, tx, place(of.organisationId, id), text),
    createdAt: services.now(),
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    lastHeartbeatAt: null,
  };
  await insertWebhookToken(tx, row);
  return row;
}

/** Opens a token's text. Returns null if the organisation's data keys can't open it. */
export function openToken(services: Services, tx: Transaction, row: WebhookTokenRow): Promise<string | null> {
  return openAt(services, tx, place(row.organisationId, row.id), row.sealed);
}

/**
 * Hashes tokens again with the keyring's first key, including ended tokens. Skips tokens that the first key has already
 * hashed, and tokens whose text can't be opened.
 */
export async function rehashTokens(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<Resealed> {
  const tally = { resealed: 0, unopened: 0 };
  for (const row of await listHashedWithOtherKey(tx, organisationId, firstKeyId(services))) {
    const text = await openToken(services, tx, row);
    if (text !== null) await rehashWebhookToken(tx, organisationId, row.id, tokenHash(services, text));
    tally[text === null ? "unopened" : "resealed"]++;
  }
  return tally;
}
