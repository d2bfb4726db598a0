import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import type { HashLabel, SealPurpose } from "./seal-purposes.ts";

/** A key of the keyring or an organisation's data key: 32 bytes. */
export type EncryptionKey = { id: string; key: Buffer };

const version = 0x01;
const ivLength = 12;
const tagLength = 16;
const headLength = 1 + 4 + ivLength + tagLength;

const shortId = (id: string) => createHash("sha256").update(id).digest().subarray(0, 4);

/** What a sealed value is for, and whose; opening it as anything else fails. */
export type SealContext = { purpose: SealPurpose; organisationId: string; rowId: string };

const associated = ({ purpose, organisationId, rowId }: SealContext) =>
  Buffer.from(`v1|${purpose}|${organisationId}|${rowId}`, "utf8");

/** AES-256-GCM: version (1) | key id (4) | iv (12) | tag (16) | ciphertext. */
export function seal(key: EncryptionKey, context: SealContext, plain: Uint8Array): Buffer {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv("aes-256-gcm", key.key, iv, { authTagLength: tagLength });
  cipher.setAAD(associated(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([version]), shortId(key.id), iv, cipher.getAuthTag(), body]);
}

/** What every value that the key sealed carries in its bytes 1 to 4. */
export const sealMark = (key: EncryptionKey): Buffer => shortId(key.id);

/** Whether this very key sealed the value, by the id it carries. */
export const isSealedBy = (key: EncryptionKey, sealed: Buffer) => sealed.subarray(1, 5).equals(sealMark(key));

/**
 * Opens what `seal` made, with whichever of `keys` it names; null when it doesn't open: another key, another
 * place, or damaged.
 */
export function unsealOrNull(
  keys: readonly EncryptionKey[],
  context: SealContext,
  sealed: Buffer,
): Buffer | null {
  if (sealed.length < headLength || sealed[0] !== version) return null;
  const key = keys.find((candidate) => isSealedBy(candidate, sealed));
  if (!key) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.key, sealed.subarray(5, 5 + ivLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(associated(context));
    decipher.setAuthTag(sealed.subarray(5 + ivLength, headLength));
    return Buffer.concat([decipher.update(sealed.subarray(headLength)), decipher.final()]);
  } catch {
    return null;
  }
}

/** HMAC-SHA256 under a key of its own for `label`, derived from a key of the keyring (HKDF, RFC 5869): 32 bytes. */
export function keyedHash(key: EncryptionKey, label: HashLabel, value: string): Buffer {
  return createHmac("sha256", derivedKey(key, label)).update(value, "utf8").digest();
}

/** A key is derived once in its life: the webhook's door needs it with every call. */
const derivedKeys = new WeakMap<EncryptionKey, Map<string, KeyObject>>();

function derivedKey(key: EncryptionKey, label: string): KeyObject {
  const known = derivedKeys.get(key) ?? new Map<string, KeyObject>();
  derivedKeys.set(key, known);
  const made =
    known.get(label) ?? createSecretKey(Buffer.from(hkdfSync("sha256", key.key, Buffer.alloc(0), label, 32)));
  known.set(label, made);
  return made;
}
