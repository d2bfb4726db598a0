import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTokenText, tokenHint, tokenText } from "./token-text.ts";

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

const kinds = [
  { kind: "access", prefix: "psoc_" },
  { kind: "webhook", prefix: "psk_" },
] as const;
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const fromBase62 = (text: string) => [...text].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);

describe.each(kinds)("the text of a token that begins with $prefix", ({ kind, prefix }) => {
  const form = new RegExp(`^${prefix}[0-9A-Za-z]{49}$`);

  it("has 43 characters for 256 bits and 6 for the checksum", () => {
    expect(tokenText(kind, new Uint8Array(32))).toMatch(new RegExp(`^${prefix}0{43}[0-9A-Za-z]{6}$`));
    expect(tokenText(kind, new Uint8Array(32).fill(255))).toMatch(form);
    fc.assert(
      fc.property(bytes, (random) => {
        expect(tokenText(kind, random)).toMatch(form);
        expect(isTokenText(kind, tokenText(kind, random))).toBe(true);
      }),
    );
  });

  it("ends with the CRC-32 of its 43 characters, in base 62", () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const text = tokenText(kind, random).slice(prefix.length);
        expect(fromBase62(text.slice(43))).toBe(crc32(text.slice(0, 43)));
      }),
    );
  });

  it("changes with every bit, so no bit is lost", () => {
    fc.assert(
      fc.property(bytes, fc.nat(255), (random, bit) => {
        const other = random.slice();
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(tokenText(kind, other)).not.toBe(tokenText(kind, random));
      }),
    );
  });

  it("is refused with a mistyped, missing or additional character", () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: prefix.length + 48 }), (random, at) => {
        const text = tokenText(kind, random);
        const wrong = text[at] === "x" ? "y" : "x";
        expect(isTokenText(kind, text.slice(0, at) + wrong + text.slice(at + 1))).toBe(false);
      }),
    );
    const text = tokenText(kind, new Uint8Array(32).fill(7));
    for (const bad of [
      "",
      prefix,
      text.slice(0, -1),
      `${text}x`,
      ` ${text}`,
      `${text}\n`,
      text.toUpperCase(),
    ])
      expect(isTokenText(kind, bad)).toBe(false);
  });

  it("isn't a token of another kind", () => {
    const text = tokenText(kind, new Uint8Array(32).fill(5));
    for (const other of kinds) expect(isTokenText(other.kind, text)).toBe(other.kind === kind);
  });

  it("has its last four characters as the hint", () => {
    const text = tokenText(kind, new Uint8Array(32).fill(9));
    expect(text.endsWith(tokenHint(text))).toBe(true);
    expect(tokenHint(text)).toHaveLength(4);
  });
});
