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

/** The purposes of stored values that the keyring seals directly. All other stored values are sealed by data keys. */
type StoredPurpose = "data-key" | "webhook-body" | "vapid-private-key";
/**
 * The purposes of sealed values that clients receive and that nobody stores. Such a value becomes invalid when its key
 * leaves the keyring.
 */
type HandedOutPurpose = "vendor-alerts-cursor";
export type KeyringPlace = SealContext & { purpose: StoredPurpose | HandedOutPurpose };

/**
 * The kinds of stored values that the keyring sealed or hashed. Each kind has a `Resealer`, so that an earlier key can
 * be removed from the keyring.
 */
export type KeyringValue = StoredPurpose | "webhook-token-hash";

function firstKey({ keyring }: Services): EncryptionKey {
  const [key] = keyring;
  if (!key) throw new Error("the keyring is empty");
  return key;
}

/** Seals a value with the keyring's first key. */
export const sealByKeyring = (services: Services, place: KeyringPlace, plain: Uint8Array): Buffer =>
  seal(firstKey(services), place, plain);

/**
 * Opens a value that any key of the keyring sealed for this purpose and row. Returns null if no key opens the value.
 */
export const openByKeyring = (services: Services, place: KeyringPlace, sealed: Buffer): Buffer | null =>
  unsealOrNull(services.keyring, place, sealed);

/** Returns the bytes that follow the first byte of every value that the keyring's first key sealed. */
export const firstMark = (services: Services): Buffer => sealMark(firstKey(services));

/** How many values were resealed with the first key, and how many couldn't be opened with any key of the keyring. */
export type Resealed = { resealed: number; unopened: number };
/** How many stored values a key sealed or hashed. `keyId` is null for keys that aren't in the keyring. */
export type KeyUse = { keyId: string | null; count: number };
/**
 * The functions for the stored values of one kind. `reseal` seals or hashes all of them again with the keyring's first key.
 * `count` counts them by key. The values belong to the installation or to one organisation.
 */
export type Resealer =
  | {
      of: "installation";
      reseal(services: Services): Promise<Resealed>;
      count(services: Services): Promise<KeyUse[]>;
    }
  | {
      of: "organisation";
      reseal(services: Services, organisationId: string, signal: AbortSignal): Promise<Resealed>;
      count(services: Services, organisationId: string): Promise<KeyUse[]>;
    };
/** The functions of one storey that reseal its stored values, by the kind of value. */
export type Resealers = Partial<Record<KeyringValue, Resealer>>;

/**
 * Reseals the value of each row with the first key. Skips values that the first key has already sealed. `write` stores
 * a resealed value.
 */
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

/** Counts sealed values by the key that sealed them. A `mark` is bytes 1 to 4 of a sealed value. */
export function countMarks(
  { keyring }: Services,
  marks: readonly { mark: Buffer; count: number }[],
): KeyUse[] {
  return marks.map(({ mark, count }) => ({
    keyId: keyring.find((key) => sealMark(key).equals(mark))?.id ?? null,
    count,
  }));
}

/** Counts sealed values by the key that sealed them. */
export const countSealed = (services: Services, sealed: readonly Buffer[]): KeyUse[] =>
  countMarks(
    services,
    sealed.map((value) => ({ mark: value.subarray(1, 5), count: 1 })),
  );

/** Returns the ids of the keyring's keys. The first key seals everything new. */
export const keyIds = ({ keyring }: Services): string[] => keyring.map(({ id }) => id);

/** Returns the id of the keyring's first key. */
export const firstKeyId = (services: Services): string => firstKey(services).id;

/** Hashes a value with the keyring's first key. Returns the hash and the key's id. */
export function hashByKeyring(
  services: Services,
  label: HashLabel,
  value: string,
): { hash: Buffer; keyId: string } {
  const key = firstKey(services);
  return { hash: keyedHash(key, label, value), keyId: key.id };
}

/** Hashes a value with every key of the keyring and returns the hashes in the keyring's order. */
export const hashesByKeyring = (services: Services, label: HashLabel, value: string): Buffer[] =>
  services.keyring.map((key) => keyedHash(key, label, value));

/** Whether the keyring contains the key with this id. */
export const hasKey = (services: Services, id: string): boolean =>
  services.keyring.some((key) => key.id === id);
