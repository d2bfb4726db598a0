import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type EncryptionKey, keyedHash, seal, type SealContext, unsealOrNull } from "./crypto.ts";

const key: EncryptionKey = { id: "k1", key: randomBytes(32) };
const context: SealContext = { purpose: "credential-secret", organisationId: "o1", rowId: "r1" };
const sealed = () => seal(key, context, Buffer.from("CANARY-secret"));

describe("sealed values", () => {
  it("open in their own context and contain no plain text", () => {
    const value = sealed();
    expect(value.includes("CANARY")).toBe(false);
    expect(unsealOrNull([key], context, value)?.toString()).toBe("CANARY-secret");
  });

  it("differ each time the same text is sealed", () => {
    expect(sealed().equals(sealed())).toBe(false);
  });

  it.each([
    ["another row", { ...context, rowId: "r2" }],
    ["another organisation", { ...context, organisationId: "o2" }],
    ["another purpose", { ...context, purpose: "webhook-token" }],
  ] satisfies [string, SealContext][])("do not open in %s", (_name, other) => {
    expect(unsealOrNull([key], other, sealed())).toBeNull();
  });

  it("do not open with another key, even one with the same id", () => {
    expect(unsealOrNull([{ id: "k1", key: randomBytes(32) }], context, sealed())).toBeNull();
    expect(unsealOrNull([{ id: "k2", key: key.key }], context, sealed())).toBeNull();
  });

  it("do not open when a bit is flipped or the end is missing", () => {
    const value = sealed();
    for (let offset = 0; offset < value.length; offset++) {
      const damaged = Buffer.from(value);
      damaged[offset] = (damaged[offset] ?? 0) ^ 1;
      expect(unsealOrNull([key], context, damaged)).toBeNull();
      expect(unsealOrNull([key], context, value.subarray(0, offset))).toBeNull();
    }
  });
});

describe("a keyed hash", () => {
  it("depends on the key, the label and the text, but not on the key's id", () => {
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

  it("is HMAC-SHA256 under a key derived by HKDF", () => {
    const derived = hkdfSync("sha256", key.key, "", "webhook-token", 32);
    const expected = createHmac("sha256", Buffer.from(derived)).update("a text").digest();
    expect(keyedHash(key, "webhook-token", "a text").equals(expected)).toBe(true);
  });
});
