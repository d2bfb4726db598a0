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

/** What is stored sealed by the keyring itself; all else is sealed by a data key, which is one of these. */
type StoredPurpose = "data-key" | "webhook-body" | "vapid-private-key";
/** What is handed out and stored nowhere: it ends with its key. */
type HandedOutPurpose = "vendor-alerts-cursor";
export type KeyringPlace = SealContext & { purpose: StoredPurpose | HandedOutPurpose };

/**
 * What is stored and made with a key of the keyring: sealed, or hashed. Each has a `Resealer` in its storey, so that
 * an earlier key can be taken out.
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

/** Opens what any key of the keyring sealed for this very place; null when none opens it. */
export const openByKeyring = (services: Services, place: KeyringPlace, sealed: Buffer): Buffer | null =>
  unsealOrNull(services.keyring, place, sealed);

/** The bytes that a value sealed by the first key carries from its second on. */
export const firstMark = (services: Services): Buffer => sealMark(firstKey(services));

/** What became of values that an earlier key made: made anew with the first, or left since no key at hand opens them. */
export type Resealed = { resealed: number; unopened: number };
/** What makes one kind of value anew with the keyring's first key. */
export type Resealer =
  | { of: "installation"; reseal(services: Services): Promise<Resealed> }
  | {
      of: "organisation";
      reseal(services: Services, organisationId: string, signal: AbortSignal): Promise<Resealed>;
    };
/** Those of one storey. */
export type Resealers = Partial<Record<KeyringValue, Resealer>>;

/** Seals with the first key what an earlier one sealed; `write` puts it in the place of what stood there. */
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

/** A keyed hash of a value and the id of its key, the first. */
export function hashByKeyring(
  services: Services,
  label: HashLabel,
  value: string,
): { hash: Buffer; keyId: string } {
  const key = firstKey(services);
  return { hash: keyedHash(key, label, value), keyId: key.id };
}

/** The value's hashes under every key, the first one's first. */
export const hashesByKeyring = (services: Services, label: HashLabel, value: string): Buffer[] =>
  services.keyring.map((key) => keyedHash(key, label, value));

/** Whether the keyring has the key of this id. */
export const hasKey = (services: Services, id: string): boolean =>
  services.keyring.some((key) => key.id === id);
