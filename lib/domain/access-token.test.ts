import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32, isTokenText, permissionsOf, tokenHint, tokenText } from "./access-token.ts";

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("a token's text", () => {
  it("has 43 characters for 256 bits and 6 of a checksum", () => {
    expect(tokenText(new Uint8Array(32))).toMatch(/^psoc_0{43}[0-9A-Za-z]{6}$/);
    expect(tokenText(new Uint8Array(32).fill(255))).toMatch(/^psoc_[0-9A-Za-z]{49}$/);
    fc.assert(
      fc.property(bytes, (some) => {
        expect(tokenText(some)).toMatch(/^psoc_[0-9A-Za-z]{49}$/);
        expect(isTokenText(tokenText(some))).toBe(true);
      }),
    );
  });

  it("is another for other bytes, so no bit is lost", () => {
    fc.assert(
      fc.property(bytes, fc.nat(255), (some, bit) => {
        const other = some.slice();
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(tokenText(other)).not.toBe(tokenText(some));
      }),
    );
  });

  it("is refused with any one character mistyped, cut short or dressed up", () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 5, max: 53 }), (some, at) => {
        const text = tokenText(some);
        const wrong = text[at] === "x" ? "y" : "x";
        expect(isTokenText(text.slice(0, at) + wrong + text.slice(at + 1))).toBe(false);
      }),
    );
    const text = tokenText(new Uint8Array(32).fill(7));
    for (const bad of [
      "",
      "psoc_",
      text.slice(0, -1),
      `${text}x`,
      ` ${text}`,
      `${text}\n`,
      text.toUpperCase(),
    ])
      expect(isTokenText(bad)).toBe(false);
  });

  it("shows its last four characters as the hint", () => {
    const text = tokenText(new Uint8Array(32).fill(9));
    expect(text.endsWith(tokenHint(text))).toBe(true);
    expect(tokenHint(text)).toHaveLength(4);
  });
});

it("computes the CRC-32 that everyone knows", () => {
  expect(crc32("123456789")).toBe(0xcbf43926);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
      expect(crc32(text)).toBe(zlibCrc32(text));
    }),
  );
});

it("gives triage reading, and read nothing more", () => {
  expect(permissionsOf(["read"])).toEqual(["detections.read"]);
  expect(permissionsOf(["triage"])).toEqual(["detections.read", "detections.triage"]);
  expect(permissionsOf(["read", "triage"])).toEqual(["detections.read", "detections.triage"]);
  expect(permissionsOf([])).toEqual([]);
});
