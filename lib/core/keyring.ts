import {
  type EncryptionKey,
  isSealedBy,
  keyedHash,
  seal,
  type SealContext,
  sealMark,
  unsealOrNull,
} from "#lib/platform/crypto.ts";
import type { HashLabel } from "#lib/platform/seal-purposes.ts";
import type { Services } from "./context.ts";

/** Stored values that the keyring itself seals. Data keys are among them, and seal everything else. */
type StoredPurpose = "data-key" | "webhook-body" | "vapid-private-key";
/** Sealed values that are handed out and stored nowhere: they become invalid with their key. */
type HandedOutPurpose = "vendor-alerts-cursor";
export type KeyringPlace = SealContext & { purpose: StoredPurpose | HandedOutPurpose };

/**
 * Stored values that the keyring sealed or hashed. Each has a `Resealer` in its storey, so that an earlier key can be removed
 * from the keyring.
 */
export type KeyringValue = StoredPurpose | "webhook-token-hash";

function firstKey({ keyring }: Services): EncryptionKey {
  const [key] = keyring;
  if (!key) throw new Error("the keyring is empty");
  return key;
}

/** Seals with the first key. */
export const sealByKeyring = (services: Services, place: KeyringPlace, plain: Uint8Array): Buffer =>
  seal(firstKey(services), place, plain);

/** Opens a value that any key of the keyring sealed for this purpose and row; null when no key opens it. */
export const openByKeyring = (services: Services, place: KeyringPlace, sealed: Buffer): Buffer | null =>
  unsealOrNull(services.keyring, place, sealed);

/** The bytes that mark a value as sealed by the first key; they begin at the value's second byte. */
export const firstMark = (services: Services): Buffer => sealMark(firstKey(services));

/** How many values were resealed with the first key, and how many were left because no key of the keyring opens them. */
export type Resealed = { resealed: number; unopened: number };
/** Remakes the values of one kind with the keyring's first key. */
export type Resealer =
  | { of: "installation"; reseal(services: Services): Promise<Resealed> }
  | {
      of: "organisation";
      reseal(services: Services, organisationId: string, signal: AbortSignal): Promise<Resealed>;
    };
/** The resealers of one storey. */
export type Resealers = Partial<Record<KeyringValue, Resealer>>;

/** Reseals with the first key each row that an earlier key sealed; `write` replaces the row's sealed value. */
export async function resealEach<Row>(
  services: Services,
  rows: readonly Row[],
  of: {
    place: (row: Row) => KeyringPlace;
    sealed: (row: Row) => Buffer;
    write: (row: Row, sealed: Buffer) => Promise<void>;
  },
): Promise<Resealed> {
  const tally = { resealed: 0, unopened: 0 };
  for (const row of rows) {
    if (isSealedBy(firstKey(services), of.sealed(row))) continue;
    const plain = openByKeyring(services, of.place(row), of.sealed(row));
    if (plain) await of.write(row, sealByKeyring(services, of.place(row), plain));
    tally[plain ? "resealed" : "unopened"]++;
  }
  return tally;
}

/** The id of the first key. */
export const firstKeyId = (services: Services): string => firstKey(services).id;

/** A keyed hash of a value under the first key, with that key's id. */
export function hashByKeyring(
  services: Services,
  label: HashLabel,
  value: string,
): { hash: Buffer; keyId: string } {
  const key = firstKey(services);
  return { hash: keyedHash(key, label, value), keyId: key.id };
}

/** The value's hashes under every key, in the keyring's order. */
export const hashesByKeyring = (services: Services, label: HashLabel, value: string): Buffer[] =>
  services.keyring.map((key) => keyedHash(key, label, value));

/** Whether the keyring contains the key with this id. */
export const hasKey = (services: Services, id: string): boolean =>
  services.keyring.some((key) => key.id === id);
