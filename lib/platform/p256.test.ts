import { createECDH } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isP256Point } from "./p256.ts";

const point = () => {
  const key = createECDH("prime256v1");
  return key.generateKeys();
};
const compressed = () => {
  const key = createECDH("prime256v1");
  key.generateKeys();
  return key.getPublicKey(null, "compressed");
};
const off = () => {
  const bytes = point();
  bytes[64] = (bytes[64] ?? 0) ^ 1;
  return bytes;
};

describe("a point of P-256", () => {
  it("is accepted, with and without padding", () => {
    for (let round = 0; round < 20; round++) {
      const bytes = point();
      expect(isP256Point(bytes.toString("base64url"))).toBe(true);
      expect(isP256Point(bytes.toString("base64"))).toBe(true);
    }
  });

  it.each<[string, () => Buffer]>([
    ["a point that is off the curve", off],
    ["65 zeros", () => Buffer.alloc(65)],
    ["an uncompressed mark with zeros", () => Buffer.concat([Buffer.from([4]), Buffer.alloc(64)])],
    ["coordinates beyond the field", () => Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 0xff)])],
    ["a compressed point", compressed],
    ["a hybrid point", () => Buffer.concat([Buffer.from([6]), point().subarray(1)])],
    ["another curve's point", () => createECDH("secp256k1").generateKeys()],
    ["nothing", () => Buffer.alloc(0)],
  ])("isn't %s", (_, bytes) => {
    expect(isP256Point(bytes().toString("base64url"))).toBe(false);
  });
});
