import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson, nested } from "#test/alerts.ts";
import { cleanJson, isTooDeep } from "./json.ts";

describe("cleanJson", () => {
  it("returns a value that PostgreSQL's jsonb accepts", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = JSON.stringify(cleanJson(value));
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps names like __proto__ as plain data", () => {
    const value = JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}') as unknown;
    expect(JSON.stringify(cleanJson(value))).toBe(JSON.stringify(value));
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("cuts at 64 levels", () => {
    expect(JSON.stringify(cleanJson(nested(100_000)))).toContain("(deeper than 64 levels)");
    expect(cleanJson(nested(64))).toEqual(nested(64));
  });

  it("writes a number that JSON can't represent as text", () => {
    expect(cleanJson(JSON.parse("[1e400,-0,1.5]"))).toEqual(["Infinity", -0, 1.5]);
  });
});

describe("isTooDeep", () => {
  it.each([
    [nested(65), false],
    [nested(66), true],
    [nested(200_000), true],
    [{ a: [{ b: nested(70) }] }, true],
    [[], false],
    [null, false],
    ["x", false],
  ])("recognises values nested too deeply (%#)", (value, deep) => {
    expect(isTooDeep(value)).toBe(deep);
  });
});
