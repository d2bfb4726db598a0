import { randomBytes } from "node:crypto";
import { inOrganisation, type Transaction } from "#db/client.ts";
import {
  type CredentialRow,
  insertDataKey,
  listDataKeys,
  rewrapDataKey,
} from "#db/queries/sources/configurations.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { type EncryptionKey, seal, type SealContext, unsealOrNull } from "#lib/platform/crypto.ts";
import { newId } from "#lib/platform/ids.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { problemOf, type VendorProblem } from "#lib/vendors/problem.ts";
import type { Services } from "./context.ts";
import {
  countSealed,
  openByKeyring,
  type Resealed,
  resealEach,
  type Resealers,
  sealByKeyring,
} from "./keyring.ts";

const secretPlace = (organisationId: string, rowId: string): SealContext => ({
  purpose: "credential-secret",
  organisationId,
  rowId,
});

const keyPlace = (organisationId: string, rowId: string) =>
  ({ purpose: "data-key", organisationId, rowId }) as const;

/**
 * Wraps the organisation's data keys again with the keyring's first key. Skips data keys that the first key has already
 * wrapped.
 */
function rewrapDataKeys(services: Services, organisationId: string): Promise<Resealed> {
  return inOrganisation(services.db, organisationId, async (tx) =>
    resealEach(services, await listDataKeys(tx, organisationId), {
      place: ({ id }) => keyPlace(organisationId, id),
      sealed: ({ wrapped }) => wrapped,
      write: ({ id, wrapped }, sealed) => rewrapDataKey(tx, organisationId, id, wrapped, sealed),
    }),
  );
}

/** The functions that reseal the values that the storey `core` stores. */
export const coreResealers = {
  "data-key": {
    of: "organisation",
    reseal: rewrapDataKeys,
    count: (services, organisationId) =>
      inOrganisation(services.db, organisationId, async (tx) =>
        countSealed(
          services,
          (await listDataKeys(tx, organisationId)).map(({ wrapped }) => wrapped),
        ),
      ),
  },
} satisfies Resealers;

/** Returns the organisation's data keys, newest first. Leaves out data keys that the keyring can't open. */
async function dataKeys(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<EncryptionKey[]> {
  const rows = await listDataKeys(tx, organisationId);
  return rows.flatMap(({ id, wrapped }) => {
    const key = openByKeyring(services, keyPlace(organisationId, id), wrapped);
    return key ? [{ id, key }] : [];
  });
}

/** Counts the organisation's data keys by whether the keyring opens them. */
export async function countDataKeys(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<{ opened: number; unopened: number }> {
  const rows = await listDataKeys(tx, organisationId);
  const opened = (await dataKeys(services, tx, organisationId)).length;
  return { opened, unopened: rows.length - opened };
}

async function newDataKey(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<EncryptionKey> {
  const made = { id: newId(), key: randomBytes(32) };
  const wrapped = sealByKeyring(services, keyPlace(organisationId, made.id), made.key);
  await insertDataKey(tx, organisationId, made.id, wrapped);
  return made;
}

/**
 * Seals text for one purpose and row with the organisation's newest data key. Creates a data key if the keyring can't
 * open any.
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

/**
 * Opens text that was sealed for this purpose and row. Returns null if none of the organisation's data keys opens it.
 */
export async function openAt(
  services: Services,
  tx: Transaction,
  place: SealContext,
  sealed: Buffer,
): Promise<string | null> {
  return (await dataKeysOpener(services, tx, place.organisationId))(place, sealed);
}

/** Reads the organisation's data keys, and returns a function that opens values with them as `openAt` does. */
export async function dataKeysOpener(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<(place: SealContext, sealed: Buffer) => string | null> {
  const keys = await dataKeys(services, tx, organisationId);
  return (place, sealed) => unsealOrNull(keys, place, sealed)?.toString("utf8") ?? null;
}

/** Seals the secret of a credential: an application's secret, or a certificate's private key in PEM. */
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
 * Opens an application's credential for calls to the vendor. The clear text must never be sent to a client. Returns
 * null if the credential has no secret or none of the data keys opens it.
 */
export async function openOrNull(
  services: Services,
  tx: Transaction,
  row: CredentialRow,
): Promise<VendorCredential | null> {
  if (!row.secretSealed) return null;
  const secret = await openAt(services, tx, secretPlace(row.organisationId, row.id), row.secretSealed);
  if (secret === null) return null;
  const { application, certificate } = row;
  if (certificate !== null) return { kind: "certificate", application, certificate, privateKey: secret };
  return { kind: "secret", application, secret };
}

/**
 * Opens an application's credential for a person's request. Throws ServiceError `unavailable` if `openOrNull` returns
 * null.
 */
export async function openCredential(
  services: Services,
  tx: Transaction,
  row: CredentialRow,
): Promise<VendorCredential> {
  const credential = await openOrNull(services, tx, row);
  if (!credential) throw new ServiceError("unavailable", `${sealedProblem.message} ${sealedProblem.remedy}`);
  return credential;
}

/**
 * The problem of a configuration whose credential can't be opened. The configuration's failed status changes show the
 * problem too.
 */
export const sealedProblem: VendorProblem = problemOf({
  code: "secret_unreadable",
  message:
    "The stored secret can't be opened with the keys in POCKETSOC_ENCRYPTION_KEYS, so this configuration is neither read nor changed.",
  remedy: "Put the earlier key back into POCKETSOC_ENCRYPTION_KEYS, or replace the secret.",
});
