import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type EncryptionKey, keyedHash, seal, type SealContext, unsealOrNull } from "./crypto.ts";

const key: EncryptionKey = { id: "k1", key: randomBytes(32) };
const place: SealContext = { purpose: "credential-secret", organisationId: "o1", rowId: "r1" };
const sealed = () => seal(key, place, Buffer.from("CANARY-secret"));

describe("sealed values", () => {
  it("open in their own place and hold no plain text", () => {
    const value = sealed();
    expect(value.includes("CANARY")).toBe(false);
    expect(unsealOrNull([key], place, value)?.toString()).toBe("CANARY-secret");
  });

  it("never come out the same twice", () => {
    expect(sealed().equals(sealed())).toBe(false);
  });

  it.each([
    ["another row", { ...place, rowId: "r2" }],
    ["another organisation", { ...place, organisationId: "o2" }],
    ["another purpose", { ...place, purpose: "webhook-token" }],
  ] satisfies [string, SealContext][])("do not open in %s", (_name, other) => {
    expect(unsealOrNull([key], other, sealed())).toBeNull();
  });

  it("do not open with another key, also one of the same name", () => {
    expect(unsealOrNull([{ id: "k1", key: randomBytes(32) }], place, sealed())).toBeNull();
    expect(unsealOrNull([{ id: "k2", key: key.key }], place, sealed())).toBeNull();
  });

  it("do not open when a byte is flipped or the end is missing, all in the same way", () => {
    const value = sealed();
    for (let at = 0; at < value.length; at++) {
      const bent = Buffer.from(value);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(unsealOrNull([key], place, bent)).toBeNull();
      expect(unsealOrNull([key], place, value.subarray(0, at))).toBeNull();
    }
  });
});

describe("a keyed hash", () => {
  it("is the same for the same key and label, and another for any other", () => {
    const hash = keyedHash(key, "webhook-token", "a text");
    expect(hash).toHaveLength(32);
    expect(keyedHash({ ...key, id: "renamed" }, "webhook-token", "a text").equals(hash)).toBe(true);
    for (const other of [
      keyedHash({ ...key, key: randomBytes(32) }, "webhook-token", "a text"),
      keyedHash(key, "notification-receipt", "a text"),
      keyedHash(key, "webhook-token", "a text "),
    ])
      expect(other.equals(hash)).toBe(false);
  });

  it("is HMAC-SHA256 under a key that HKDF derives", () => {
    const derived = hkdfSync("sha256", key.key, "", "webhook-token", 32);
    const wanted = createHmac("sha256", Buffer.from(derived)).update("a text").digest();
    expect(keyedHash(key, "webhook-token", "a text").equals(wanted)).toBe(true);
  });
});
