import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dedupeKeyInput } from "./dedupe-key.ts";

const part = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ",", "\\", "[", "]", "|", "a", "A", "\u0000"), maxLength: 5 }),
);
const key = fc.record({
  organisationId: part,
  vendor: part,
  cloud: part,
  scopeId: part,
  vendorAlertId: part,
});
const partsOf = (alert: Parameters<typeof dedupeKeyInput>[0]) =>
  [alert.organisationId, alert.vendor, alert.cloud, alert.scopeId, alert.vendorAlertId].map((text) =>
    text.toLowerCase(),
  );

describe("the identity of an alert", () => {
  it("ignores case", () => {
    fc.assert(
      fc.property(key, (alert) => {
        const lower = {
          ...alert,
          vendorAlertId: alert.vendorAlertId.toLowerCase(),
          scopeId: alert.scopeId.toLowerCase(),
        };
        expect(dedupeKeyInput(alert)).toBe(dedupeKeyInput(lower));
      }),
    );
    expect(
      dedupeKeyInput({
        organisationId: "O",
        vendor: "V",
        cloud: "C",
        scopeId: "SUB",
        vendorAlertId: "2517_AB",
      }),
    ).toBe(
      dedupeKeyInput({
        organisationId: "o",
        vendor: "v",
        cloud: "c",
        scopeId: "sub",
        vendorAlertId: "2517_ab",
      }),
    );
  });

  it("differs if any part differs, and keeps the parts separate", () => {
    fc.assert(
      fc.property(key, key, (alert, other) => {
        fc.pre(JSON.stringify(partsOf(alert)) !== JSON.stringify(partsOf(other)));
        expect(dedupeKeyInput(alert)).not.toBe(dedupeKeyInput(other));
      }),
      { numRuns: 5_000 },
    );
    for (const [a, b] of [
      ["ab", "c"],
      ['a","b', "c"],
      ["", "abc"],
    ] as const) {
      expect(
        dedupeKeyInput({ organisationId: "o", vendor: "v", cloud: "c", scopeId: a, vendorAlertId: b }),
      ).not.toBe(
        dedupeKeyInput({ organisationId: "o", vendor: "v", cloud: "c", scopeId: a + b, vendorAlertId: "" }),
      );
      expect(
        dedupeKeyInput({ organisationId: a, vendor: b, cloud: "c", scopeId: "s", vendorAlertId: "x" }),
      ).not.toBe(
        dedupeKeyInput({ organisationId: a + b, vendor: "", cloud: "c", scopeId: "s", vendorAlertId: "x" }),
      );
    }
  });

  it("differs between organisations, vendors, clouds and scopes", () => {
    const alert = { organisationId: "o1", vendor: "v1", cloud: "c1", scopeId: "s1", vendorAlertId: "a1" };
    const keys = [
      alert,
      { ...alert, organisationId: "o2" },
      { ...alert, vendor: "v2" },
      { ...alert, cloud: "c2" },
      { ...alert, scopeId: "s2" },
      { ...alert, vendorAlertId: "a2" },
    ];
    expect(new Set(keys.map(dedupeKeyInput)).size).toBe(keys.length);
  });
});
