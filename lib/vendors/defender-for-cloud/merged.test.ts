import { describe, expect, it } from "vitest";
import { lacksSeverity, mergeObservations } from "#lib/domain/observations.ts";
import { goodAlert } from "#test/alerts.ts";
import { normalise } from "./normalise.ts";

const read = (properties: Parameters<typeof goodAlert>[0]) => {
  const result = normalise(goodAlert(properties));
  if (!result.ok) throw new Error(result.reason);
  return result.detection;
};

describe("an alert that a poll has read", () => {
  const polled = read({
    extendedLinks: [],
    techniques: [],
    subTechniques: [],
    intent: "",
    compromisedEntity: "",
  });

  it("shows nothing of a delivery, also where the poll's answer is empty", () => {
    const delivered = read({
      alertDisplayName: "Poison",
      severity: "Low",
      extendedLinks: [{ Label: "Poison", Href: "https://learn.microsoft.com/" }],
      techniques: ["T1"],
    });
    expect(mergeObservations({ polled, delivered })).toEqual(polled);
  });

  it("takes the delivered severity only if the poll's answer has none, and says so", () => {
    const delivered = read({ severity: "Low" });
    const silent = read({ severity: null });
    expect(lacksSeverity(silent)).toBe(true);
    expect(mergeObservations({ polled: silent, delivered })).toEqual({
      ...silent,
      severity: "low",
      vendorSeverity: "Low",
      remarks: ["No poll has read its severity; the severity shown is the webhook's."],
    });
    const strange = read({ severity: "Apocalyptic" });
    expect(mergeObservations({ polled: strange, delivered })).toEqual(strange);
    expect(mergeObservations({ polled: silent, delivered: silent })).toEqual(silent);
  });
});

it("an alert that only the webhook brought shows the delivery", () => {
  const delivered = read({});
  expect(mergeObservations({ polled: null, delivered })).toBe(delivered);
  expect(() => mergeObservations({ polled: null, delivered: null })).toThrow("at least one");
});
