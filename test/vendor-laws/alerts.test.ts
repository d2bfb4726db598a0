import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "#lib/domain/detection.ts";
import { anyJson, anyText, nested } from "../alerts.ts";
import { faultsOf } from "../detection-faults.ts";
import { byId } from "./all.ts";

/** Returns the same value with the keys of every object in reverse order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

/** Returns a plain copy of the value, made by a round trip through JSON. */
const plain = (value: Json) => JSON.parse(JSON.stringify(value)) as Json;

describe.each(byId)("alerts of %s", (_id, fixture) => {
  const { vendor, alert, again, changed, bent } = fixture;
  const normalised = (raw: Json) => {
    const result = vendor.normalise(raw);
    if (!result.ok) throw new Error(result.reason);
    return result;
  };
  const any = fc.oneof(bent, anyJson);

  it("become a valid detection or a reason, whatever the input", () => {
    fc.assert(
      fc.property(any, (raw) => {
        expect(faultsOf(vendor.normalise(raw))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it("do so with properties of any type and any depth", () => {
    const values: Json[] = [null, true, 7, "", "x", [], [null], [[]], {}, { a: null }, nested(200_000)];
    const bad = Object.keys(alert).flatMap((key) =>
      values.flatMap((value) =>
        faultsOf(vendor.normalise({ ...alert, [key]: value })).map((fault) => `${key}: ${fault}`),
      ),
    );
    expect(bad).toEqual([]);
    for (const depth of [65, 200_000]) expect(faultsOf(vendor.normalise(nested(depth)))).toEqual([]);
  });

  it("aren't modified, and are normalised the same each time", () => {
    fc.assert(
      fc.property(any, (raw) => {
        const before = JSON.stringify(raw);
        expect(vendor.normalise(raw)).toEqual(vendor.normalise(raw));
        expect(vendor.fingerprint(raw)).toBe(vendor.fingerprint(raw));
        expect(JSON.stringify(raw)).toBe(before);
      }),
    );
  });

  it("keep their identity and ref when they change", () => {
    const { detection, ref } = normalised(alert);
    for (const other of [again, ...changed]) {
      const { vendorAlertId, scopeId } = normalised(other).detection;
      expect({ vendorAlertId, scopeId }).toEqual({
        vendorAlertId: detection.vendorAlertId,
        scopeId: detection.scopeId,
      });
      expect(normalised(other).ref).toEqual(ref);
    }
  });

  it("have a ref that survives being stored", () => {
    const { ref } = normalised(alert);
    expect(ref).not.toBeNull();
    expect(vendor.ref.parse(JSON.parse(JSON.stringify(ref)))).toEqual(ref);
    fc.assert(
      fc.property(any, (raw) => {
        const result = vendor.normalise(raw);
        fc.pre(result.ok && result.ref !== null);
        const stored = JSON.parse(JSON.stringify(result.ok ? result.ref : null)) as Json;
        expect(vendor.ref.parse(stored)).toEqual(result.ok && result.ref);
      }),
    );
  });

  it("have a fingerprint that changes exactly when the alert does", () => {
    expect(vendor.fingerprint(again)).toBe(vendor.fingerprint(alert));
    expect(again).not.toEqual(alert);
    const prints = [alert, ...changed].map((version) => vendor.fingerprint(version));
    expect(new Set(prints).size).toBe(prints.length);
    fc.assert(
      fc.property(any.map(plain), (raw) => {
        expect(vendor.fingerprint(reversed(raw))).toBe(vendor.fingerprint(raw));
      }),
    );
  });

  it("have a known status and severity, or unknown", () => {
    for (const [word, status] of Object.entries(fixture.statusWords))
      expect([word, normalised(fixture.withStatus(word)).detection.status]).toEqual([word, status]);
    const strange = fc.oneof(
      anyText,
      fc.constantFrom<Json>("Parked", "constructor", "__proto__", 3, null, {}),
    );
    const known = new Set(Object.keys(fixture.statusWords).map((word) => word.toLowerCase()));
    fc.assert(
      fc.property(strange, (word) => {
        fc.pre(typeof word !== "string" || !known.has(word.trim().toLowerCase()));
        expect(normalised(fixture.withStatus(word)).detection.status).toBe("unknown");
      }),
    );
    for (const word of ["Apocalyptic", "__proto__", "constructor", "", 3, { High: true }, ["High", "Low"]])
      expect(normalised(fixture.withSeverity(word)).detection.severity).toBe("unknown");
  });

  it("have links only into the vendor's console, over https, whatever they contain", () => {
    const [cloud] = vendor.manifest.clouds;
    if (!cloud) throw new Error("no cloud");
    const urls = fc.oneof(
      anyText,
      fc.webUrl({ withFragments: true }),
      anyText.map((text) => `${cloud.consoleUrl}/#${text}`),
      fc.constantFrom(
        "javascript:alert(1)",
        `${cloud.consoleUrl}.evil.example/`,
        `${cloud.consoleUrl}@evil.example/`,
      ),
    );
    const isSafe = (href: string | null) => href === null || new URL(href).origin === cloud.consoleUrl;
    const applications = fc.dictionary(fc.constantFrom("tenantId", "applicationId", "id"), anyText);
    fc.assert(
      fc.property(urls, applications, (vendorUrl, raw) => {
        const application = Object.fromEntries(
          Object.entries(raw).map(([name, text]) => [name, text.toWellFormed()]),
        );
        expect(isSafe(vendor.links.alert({ vendorUrl, application }, cloud))).toBe(true);
        expect(isSafe(vendor.links.secrets?.(application, cloud) ?? null)).toBe(true);
      }),
    );
    expect(isSafe(vendor.links.alerts?.(cloud) ?? null)).toBe(true);
  });

  it.runIf(vendor.can.webhook)("are read from a webhook's body, whatever it contains", () => {
    const { webhook } = vendor.can;
    fc.assert(
      fc.property(any, (body) => {
        const reading = webhook?.read(body);
        if (reading?.kind !== "alerts") return;
        for (const delivered of reading.alerts) {
          expect(faultsOf(delivered.result)).toEqual([]);
          webhook?.sources(delivered);
        }
      }),
    );
  });

  it.runIf(vendor.can.update?.shows)("either show a change or don't, whatever they contain", () => {
    fc.assert(
      fc.property(any, (raw) => {
        const shown = vendor.can.update?.shows?.(raw, {
          status: "resolved",
          verdict: "benign",
          owner: "Ana",
        });
        expect(typeof shown).toBe("boolean");
      }),
    );
  });
});
