import { randomBytes } from "node:crypto";
import type { Transaction } from "#db/client.ts";
import {
  type CredentialRow,
  insertDataKey,
  listDataKeys,
  rewrapDataKey,
} from "#db/queries/configurations.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import {
  type EncryptionKey,
  isSealedBy,
  seal,
  type SealContext,
  unsealOrNull,
} from "#lib/platform/crypto.ts";
import { newId } from "#lib/platform/ids.ts";
import type { VendorCredential, VendorProblem } from "#lib/vendors/contract.ts";
import type { Services } from "./context.ts";

const secretPlace = (organisationId: string, rowId: string): SealContext => ({
  purpose: "credential-secret",
  organisationId,
  rowId,
});

const keyPlace = (organisationId: string, rowId: string): SealContext => ({
  purpose: "data-key",
  organisationId,
  rowId,
});

/**
 * The organisation's data keys that the keyring opens, newest first. One that an earlier key of the keyring
 * wrapped is wrapped by the first, so that the earlier key can be taken out soon after.
 */
async function dataKeys(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<EncryptionKey[]> {
  const opened: EncryptionKey[] = [];
  for (const { id, wrapped } of await listDataKeys(tx, organisationId)) {
    const place = keyPlace(organisationId, id);
    const key = unsealOrNull(services.keyring, place, wrapped);
    if (!key) continue;
    opened.push({ id, key });
    const writer = firstKey(services);
    if (!isSealedBy(writer, wrapped))
      await rewrapDataKey(tx, organisationId, id, wrapped, seal(writer, place, key));
  }
  return opened;
}

function firstKey(services: Services): EncryptionKey {
  const [writer] = services.keyring;
  if (!writer) throw new Error("the keyring is empty");
  return writer;
}

async function newDataKey(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<EncryptionKey> {
  const made = { id: newId(), key: randomBytes(32) };
  const wrapped = seal(firstKey(services), keyPlace(organisationId, made.id), made.key);
  await insertDataKey(tx, organisationId, made.id, wrapped);
  return made;
}

/**
 * Seals something of an organisation's for its place. With no data key that opens, a new one is made: what the
 * lost one sealed stays closed, and opens again when its key of the keyring comes back.
 */
export async function sealAt(
  services: Services,
  tx: Transaction,
  place: SealContext,
  plain: string,
): Promise<Buffer> {
  const [newest] = await dataKeys(services, tx, place.organisationId);
  const key = newest ?? (await newDataKey(services, tx, place.organisationId));
  return seal(key, place, Buffer.from(plain, "utf8"));
}

/** Opens what was sealed for this very place; null when the keys at hand don't open it. */
export async function openAt(
  services: Services,
  tx: Transaction,
  place: SealContext,
  sealed: Buffer,
): Promise<string | null> {
  return (await dataKeysOpener(services, tx, place.organisationId))(place, sealed);
}

/** The same for many things of one organisation, whose data keys are read once. */
export async function dataKeysOpener(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<(place: SealContext, sealed: Buffer) => string | null> {
  const keys = await dataKeys(services, tx, organisationId);
  return (place, sealed) => unsealOrNull(keys, place, sealed)?.toString("utf8") ?? null;
}

/** Seals a client secret, or a certificate's private key, for one credential's row. */
export function sealSecret(
  services: Services,
  tx: Transaction,
  organisationId: string,
  credentialId: string,
  secret: string,
): Promise<Buffer> {
  return sealAt(services, tx, secretPlace(organisationId, credentialId), secret);
}

/**
 * An application's credential in the clear, for a vendor call, never for an answer; null when the keys at hand
 * don't open it, and for one that proves nothing.
 */
export async function openOrNull(
  services: Services,
  tx: Transaction,
  row: CredentialRow,
): Promise<VendorCredential | null> {
  if (!row.secretSealed) return null;
  const secret = await openAt(services, tx, secretPlace(row.organisationId, row.id), row.secretSealed);
  if (secret === null) return null;
  const { tenantId, applicationId, certificate } = row;
  if (certificate !== null)
    return { kind: "certificate", tenantId, applicationId, certificate, privateKey: secret };
  return { kind: "secret", tenantId, applicationId, clientSecret: secret };
}

/** The same for what a person asked for. Throws ServiceError when the keys at hand don't open it. */
export async function openCredential(
  services: Services,
  tx: Transaction,
  row: CredentialRow,
): Promise<VendorCredential> {
  const credential = await openOrNull(services, tx, row);
  if (!credential) throw new ServiceError("unavailable", `${sealedProblem.message} ${sealedProblem.remedy}`);
  return credential;
}

/** What a configuration's health and a failed change say then. */
export const sealedProblem: VendorProblem = {
  code: "secret_unreadable",
  vendorCode: null,
  field: "clientSecret",
  message:
    "The stored secret can't be opened with the keys in POCKETSOC_ENCRYPTION_KEYS, so this subscription is neither read nor changed.",
  remedy: "Put the earlier key back into POCKETSOC_ENCRYPTION_KEYS, or replace the secret.",
  maybeDelay: false,
  transient: false,
  retryAfterMs: null,
  requestId: null,
  gone: false,
  claims: null,
};
