import { expect, it } from "vitest";
import { saslPrep } from "./sasl-prep.ts";

// the first five are the examples of RFC 4013; the last three can't be prepared
it.each([
  ["I\u00ADX", "IX"],
  ["user", "user"],
  ["USER", "USER"],
  ["\u00AA", "a"],
  ["\u2168", "IX"],
  ["a\u0308", "\u00E4"],
  ["p\u00A0x", "p x"],
  ["\uFB01sh", "fish"],
  ["a\u0007", "a\u0007"],
  ["\u00AD", "\u00AD"],
  ["🙂a\u0308", "🙂a\u0308"],
])("%j is prepared as %j", (password, prepared) => {
  expect(saslPrep(password)).toBe(prepared);
});
