import { randomBytes } from "node:crypto";
import type { Transaction } from "#db/client.ts";
import { type CredentialRow, getOrPutDataKey } from "#db/queries/configurations.ts";
import { type EncryptionKey, seal, UnsealError, unseal } from "#lib/platform/crypto.ts";
import type { VendorCredential, VendorProblem } from "#lib/vendors/contract.ts";
import type { Services } from "./context.ts";

const secretPlace = (organisationId: string, rowId: string) => ({
  table: "credentials",
  column: "secret_sealed",
  organisationId,
  rowId,
});

/** The organisation's data key, made at its first use and wrapped by the keyring's first key. */
async function dataKey(services: Services, tx: Transaction, organisationId: string): Promise<EncryptionKey> {
  const place = { table: "data_keys", column: "wrapped", organisationId, rowId: organisationId };
  const [writer] = services.keyring;
  if (!writer) throw new Error("the keyring is empty");
  const wrapped = await getOrPutDataKey(tx, organisationId, () => seal(writer, place, randomBytes(32)));
  return { id: organisationId, key: unseal(services.keyring, place, wrapped) };
}

/** Seals a client secret for one credential's row. */
export async function sealSecret(
  services: Services,
  tx: Transaction,
  organisationId: string,
  credentialId: string,
  secret: string,
): Promise<Buffer> {
  const key = await dataKey(services, tx, organisationId);
  return seal(key, secretPlace(organisationId, credentialId), Buffer.from(secret, "utf8"));
}

/** The credential in the clear: for a vendor call, never for an answer. Throws UnsealError. */
export async function openCredential(
  services: Services,
  tx: Transaction,
  row: CredentialRow,
): Promise<VendorCredential> {
  const key = await dataKey(services, tx, row.organisationId);
  const secret = unseal([key], secretPlace(row.organisationId, row.id), row.secretSealed);
  return { tenantId: row.tenantId, applicationId: row.applicationId, clientSecret: secret.toString("utf8") };
}

/** The credential in the clear, or null when the keys at hand don't open it. */
export async function openOrNull(
  services: Services,
  tx: Transaction,
  row: CredentialRow,
): Promise<VendorCredential | null> {
  try {
    return await openCredential(services, tx, row);
  } catch (error) {
    if (error instanceof UnsealError) return null;
    throw error;
  }
}

/** What a configuration's health and a failed change say then. */
export const sealedProblem: VendorProblem = {
  code: "secret_unreadable",
  vendorCode: null,
  field: "clientSecret",
  message:
    "The stored Client Secret can't be opened with the keys in POCKETSOC_ENCRYPTION_KEYS, so this subscription is neither read nor changed.",
  remedy: "Put the earlier key back into POCKETSOC_ENCRYPTION_KEYS, or replace the Client Secret.",
  maybeDelay: false,
  transient: false,
  retryAfterMs: null,
  requestId: null,
};
