import { randomBytes } from "node:crypto";
import type { Transaction } from "#db/client.ts";
import {
  insertWebhookToken,
  listHashedOtherwise,
  rehashWebhookToken,
  type WebhookTokenRow,
} from "#db/queries/webhook-tokens.ts";
import { tokenText } from "#lib/domain/token-text.ts";
import { type EncryptionKey, keyedHash, type SealContext } from "#lib/platform/crypto.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "../context.ts";
import { openAt, sealAt } from "../credentials.ts";

const place = (organisationId: string, rowId: string): SealContext => ({
  purpose: "webhook-token",
  organisationId,
  rowId,
});

/** What a token is looked up by, under one key of the keyring. */
export const hashOfToken = (key: EncryptionKey, text: string) => keyedHash(key, "webhook-token", text);

function firstKey({ keyring }: Services): EncryptionKey {
  const [key] = keyring;
  if (!key) throw new Error("the keyring is empty");
  return key;
}

/** Makes a token without an end for one webhook; its text is kept sealed. */
export async function makeToken(
  services: Services,
  tx: Transaction,
  of: { organisationId: string; webhook: string; createdBy: string },
): Promise<WebhookTokenRow> {
  const id = newId();
  const text = tokenText("webhook", randomBytes(32));
  const key = firstKey(services);
  const row: WebhookTokenRow = {
    ...of,
    id,
    tokenHash: hashOfToken(key, text),
    hashKeyId: key.id,
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

/** A token's text, for one person's eyes or for hashing anew; null when the keys at hand don't open it. */
export function openToken(services: Services, tx: Transaction, row: WebhookTokenRow): Promise<string | null> {
  return openAt(services, tx, place(row.organisationId, row.id), row.sealed);
}

/**
 * Hashes with the first key of the keyring what an earlier one hashed, ended tokens too, so that the earlier key
 * can be taken out. What the keys at hand don't open stays as it is.
 */
export async function rehashTokens(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<void> {
  const key = firstKey(services);
  for (const row of await listHashedOtherwise(tx, organisationId, key.id)) {
    const text = await openToken(services, tx, row);
    if (text === null) continue;
    const hash = { tokenHash: hashOfToken(key, text), hashKeyId: key.id };
    await rehashWebhookToken(tx, organisationId, row.id, hash);
  }
}
