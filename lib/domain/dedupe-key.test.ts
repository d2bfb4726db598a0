import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dedupeKeyInput } from "./dedupe-key.ts";

const part = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ",", "\\", "[", "]", "|", "a", "A", "\u0000"), maxLength: 5 }),
);
const key = fc.record({ organisationId: part, vendor: part, scopeId: part, vendorAlertId: part });
const parts = (one: { organisationId: string; vendor: string; scopeId: string; vendorAlertId: string }) =>
  [one.organisationId, one.vendor, one.scopeId, one.vendorAlertId].map((text) => text.toLowerCase());

describe("the identity of an alert", () => {
  it("is the same in any case", () => {
    fc.assert(
      fc.property(key, (one) => {
        const lower = {
          ...one,
          vendorAlertId: one.vendorAlertId.toLowerCase(),
          scopeId: one.scopeId.toLowerCase(),
        };
        expect(dedupeKeyInput(one)).toBe(dedupeKeyInput(lower));
      }),
    );
    expect(
      dedupeKeyInput({ organisationId: "O", vendor: "V", scopeId: "SUB", vendorAlertId: "2517_AB" }),
    ).toBe(dedupeKeyInput({ organisationId: "o", vendor: "v", scopeId: "sub", vendorAlertId: "2517_ab" }));
  });

  it("differs as soon as a part does, and no part bleeds into the next", () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        fc.pre(JSON.stringify(parts(one)) !== JSON.stringify(parts(other)));
        expect(dedupeKeyInput(one)).not.toBe(dedupeKeyInput(other));
      }),
      { numRuns: 5_000 },
    );
    for (const [a, b] of [
      ["ab", "c"],
      ['a","b', "c"],
      ["", "abc"],
    ] as const) {
      expect(dedupeKeyInput({ organisationId: "o", vendor: "v", scopeId: a, vendorAlertId: b })).not.toBe(
        dedupeKeyInput({ organisationId: "o", vendor: "v", scopeId: a + b, vendorAlertId: "" }),
      );
      expect(dedupeKeyInput({ organisationId: a, vendor: b, scopeId: "s", vendorAlertId: "x" })).not.toBe(
        dedupeKeyInput({ organisationId: a + b, vendor: "", scopeId: "s", vendorAlertId: "x" }),
      );
    }
  });

  it("is another in another organisation, of another vendor and in another scope", () => {
    const one = { organisationId: "o1", vendor: "v1", scopeId: "s1", vendorAlertId: "a1" };
    const keys = [
      one,
      { ...one, organisationId: "o2" },
      { ...one, vendor: "v2" },
      { ...one, scopeId: "s2" },
      { ...one, vendorAlertId: "a2" },
    ];
    expect(new Set(keys.map(dedupeKeyInput)).size).toBe(5);
  });
});
