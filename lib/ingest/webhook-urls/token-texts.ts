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

/** A token text's hashes under every key of the keyring, any of which may be the stored one. */
export const hashesOfToken = (services: Services, text: string) => hashesByKeyring(services, label, text);

function tokenHash(services: Services, text: string) {
  const { hash, keyId } = hashByKeyring(services, label, text);
  return { tokenHash: hash, hashKeyId: keyId };
}

/** Makes a token for one webhook. It doesn't expire, and its text is stored sealed. */
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

/** A token's text, for showing it to one person or for rehashing; null when no key at hand opens it. */
export function openToken(services: Services, tx: Transaction, row: WebhookTokenRow): Promise<string | null> {
  return openAt(services, tx, place(row.organisationId, row.id), row.sealed);
}

/**
 * Rehashes with the keyring's first key the tokens that an earlier key hashed, ended ones included, so that the earlier key can
 * be removed. Tokens that no key at hand opens stay as they are.
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
