import { createHash, randomBytes, randomFillSync, timingSafeEqual } from "node:crypto";

// one large read of random bytes is cheaper than many small ones, and a storm of alerts needs thousands of ids a second
const pool = Buffer.alloc(16 * 256);
let taken = pool.length;

/**
 * Makes a UUIDv7 (RFC 9562). Ids made one after the other are close together in an index; no code relies on their order.
 */
export function newId(): string {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const bytes = pool.subarray(taken, (taken += 16));
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Makes 256 random bits, base64url, for session ids and one-time links. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Returns the SHA-256 of a value, 32 bytes. */
export function sha256(value: string | Uint8Array): Buffer {
  return createHash("sha256").update(value).digest();
}

/** Compares two values in constant time. Returns false at once if their lengths differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Makes a reference of eight characters for a failure. The failure's log entry contains the reference, and a person can
 * read it out.
 */
export function newReference(): string {
  return randomBytes(5).toString("hex").slice(0, 8).toUpperCase();
}
