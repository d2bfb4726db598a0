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

/** A key of the keyring, or an organisation's data key. `key` has 32 bytes. */
export type EncryptionKey = { id: string; key: Buffer };

const version = 0x01;
const ivLength = 12;
const tagLength = 16;
const headLength = 1 + 4 + ivLength + tagLength;

const shortId = (id: string) => createHash("sha256").update(id).digest().subarray(0, 4);

/** The purpose and the owner of a sealed value. The value can be opened only with the context that it was sealed with. */
export type SealContext = { purpose: SealPurpose; organisationId: string; rowId: string };

const associated = ({ purpose, organisationId, rowId }: SealContext) =>
  Buffer.from(`v1|${purpose}|${organisationId}|${rowId}`, "utf8");

/**
 * Encrypts `plain` with AES-256-GCM. Layout of the result in bytes: version (1) | key id (4) | IV (12) | tag (16) |
 * ciphertext.
 */
export function seal(key: EncryptionKey, context: SealContext, plain: Uint8Array): Buffer {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv("aes-256-gcm", key.key, iv, { authTagLength: tagLength });
  cipher.setAAD(associated(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([version]), shortId(key.id), iv, cipher.getAuthTag(), body]);
}

/** Returns bytes 1 to 4 of every value that was sealed with this key: the start of a hash of `key.id`. */
export const sealMark = (key: EncryptionKey): Buffer => shortId(key.id);

/** Whether a value was sealed with this key. Compares only the key ids. */
export const isSealedBy = (key: EncryptionKey, sealed: Buffer) => sealed.subarray(1, 5).equals(sealMark(key));

/**
 * Decrypts a sealed value. The key id in the value chooses the key among `keys`. Returns null if no key has this id, the
 * context is a different one, or the value is damaged.
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
    // the authentication tag doesn't match: another context, or a damaged value
    return null;
  }
}

/** Returns an HMAC-SHA256 of `value`, 32 bytes. HKDF (RFC 5869) derives the HMAC's key from `key` and `label`. */
export function keyedHash(key: EncryptionKey, label: HashLabel, value: string): Buffer {
  return createHmac("sha256", derivedKey(key, label)).update(value, "utf8").digest();
}

/** A cache of derived keys by label, because the receiver needs one for every request. */
const derivedKeys = new WeakMap<EncryptionKey, Map<string, KeyObject>>();

function derivedKey(key: EncryptionKey, label: string): KeyObject {
  const byLabel = derivedKeys.get(key) ?? new Map<string, KeyObject>();
  derivedKeys.set(key, byLabel);
  const derived =
    byLabel.get(label) ??
    createSecretKey(Buffer.from(hkdfSync("sha256", key.key, Buffer.alloc(0), label, 32)));
  byLabel.set(label, derived);
  return derived;
}
