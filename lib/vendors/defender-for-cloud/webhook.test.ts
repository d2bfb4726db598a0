import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { anyJson, bentAlert, goodAlert } from "#test/alerts.ts";
import { webhookBodyOf } from "#test/webhook-bodies.ts";
import { normalise } from "./normalise.ts";
import { readWebhook } from "./webhook.ts";
import { sourcesOf } from "./webhook-sources.ts";

const only = (body: Json) => {
  const reading = readWebhook(body);
  if (reading.kind !== "alerts" || reading.alerts.length !== 1 || !reading.alerts[0])
    throw new Error(reading.kind);
  return reading.alerts[0];
};
const detectionOf = (body: Json) => {
  const { result } = only(body);
  if (!result.ok) throw new Error(result.reason);
  return result.detection;
};
const refOf = (body: Json) => {
  const { result } = only(body);
  if (!result.ok) throw new Error(result.reason);
  return result.ref;
};
const reasonOf = (body: Json) => {
  const { result } = only(body);
  return result.ok ? null : result.reason;
};

describe("reading a delivery", () => {
  it("reads an alert in the flat format", () => {
    const listed = normalise(goodAlert());
    if (!listed.ok) throw new Error(listed.reason);
    const { techniques: _none, version: _no, ...expected } = listed.detection;
    expect(detectionOf(webhookBodyOf(goodAlert()))).toMatchObject({
      ...expected,
      vendorStatus: "New",
      status: "active",
      productComponent: "",
    });
  });

  it("ignores the case of top-level names", () => {
    const lower = Object.fromEntries(
      Object.entries(webhookBodyOf(goodAlert())).map(([key, value]) => [key.toLowerCase(), value]),
    );
    expect(detectionOf(lower)).toEqual(detectionOf(webhookBodyOf(goodAlert())));
  });

  it("reads an alert in Resource Manager's format, and a list of either format", () => {
    const reading = readWebhook([goodAlert(), webhookBodyOf(goodAlert()), { hello: "there" }]);
    if (reading.kind !== "alerts") throw new Error(reading.kind);
    expect(reading.alerts.map((alert) => [alert.schema, alert.result.ok])).toEqual([
      ["resource", true],
      ["push", true],
      ["unknown", false],
    ]);
  });

  it("recognises a heartbeat, with or without a subscription", () => {
    expect(readWebhook({ pocketsoc: "heartbeat", version: 1 })).toEqual({
      kind: "heartbeat",
      scopeId: null,
    });
    expect(
      readWebhook({
        pocketsoc: "heartbeat",
        version: 1,
        subscriptionId: "11C0FFEE-1A2B-4C3D-8E4F-5A6B7C8D9E01",
      }),
    ).toEqual({ kind: "heartbeat", scopeId: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01" });
  });

  it("gives the reason why a body isn't an alert", () => {
    expect(readWebhook([])).toMatchObject({ kind: "unrecognised", reason: "It is an empty list." });
    expect(reasonOf({ schemaId: "azureMonitorCommonAlertSchema", data: {} })).toMatch("Azure Monitor");
    expect(reasonOf({ a: 1 })).toMatch("neither a SystemAlertId");
    expect(reasonOf({ SystemAlertId: 5 })).toMatch("no text");
    expect(reasonOf({ SystemAlertId: "x".repeat(1_025) })).toMatch("longer than 1,024");
    expect(reasonOf({ SystemAlertId: "null" })).toMatch("is no alert's id");
    expect(reasonOf({ SystemAlertId: "@{triggerBody()}" })).toMatch("is no alert's id");
    expect(reasonOf({ SystemAlertId: "x" })).toMatch("no subscription");
    expect(reasonOf({ id: "/not/arm", properties: {} })).toMatch("isn't the address");
  });

  it("has no location if AlertUri is missing or leads elsewhere", () => {
    expect(refOf(webhookBodyOf(goodAlert()))).toMatchObject({ location: "westeurope" });
    expect(refOf(webhookBodyOf(goodAlert(), { AlertUri: null }))).toBeNull();
    const steered = "https://portal.azure.com/#blade/x/location/../../evil";
    expect(refOf(webhookBodyOf(goodAlert(), { AlertUri: steered }))).toBeNull();
  });

  it("never throws, and names a path only for fields that exist", () => {
    fc.assert(
      fc.property(fc.oneof(anyJson, bentAlert, fc.array(bentAlert, { maxLength: 3 })), (body) => {
        const reading = readWebhook(body);
        const alerts = reading.kind === "alerts" ? reading.alerts : [];
        for (const alert of alerts) expect(sourcesOf(alert).length > 0).toBe(alert.result.ok);
      }),
      { numRuns: 500 },
    );
  });

  it("gives each field's path with the name that the body uses", () => {
    const push = only({
      ...webhookBodyOf(goodAlert()),
      AlertDisplayName: undefined as never,
      alertdisplayname: "Other",
    });
    expect(sourcesOf(push)[0]).toEqual({ label: "Title", value: "Other", path: "alertdisplayname" });
    const resource = sourcesOf(only(goodAlert()));
    expect(resource.find(({ label }) => label === "Severity")?.path).toBe("properties.severity");
    expect(resource.find(({ label }) => label === "Location")).toMatchObject({
      value: "westeurope",
      path: "id",
    });
  });
});

const samples = process.env.AZURE_SAMPLES_DIR;
const twins = samples ? join(samples, "derived", "webhook") : "";

describe.skipIf(!samples)("the deliveries in AZURE_SAMPLES_DIR", () => {
  it("are read like the same alerts in Resource Manager's format", () => {
    if (!samples || !existsSync(twins)) throw new Error("AZURE_SAMPLES_DIR has no derived/webhook");
    const names = readdirSync(twins).filter((name) => name.endsWith(".json"));
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) {
      const read = (folder: string) =>
        JSON.parse(readFileSync(join(samples, "derived", folder, name), "utf8")) as Json;
      const listed = normalise(read("arm"));
      if (!listed.ok) throw new Error(`${name}: ${listed.reason}`);
      expect({ name, ...commonFields(detectionOf(read("webhook"))) }).toEqual({
        name,
        ...commonFields(listed.detection),
      });
    }
  });
});

/** Returns the fields of a detection that must be the same from both formats. */
const commonFields = ({
  vendorAlertId,
  scopeId,
  title,
  severity,
  status,
  resourceName,
  entities,
  startedAt,
}: NormalisedDetection) => ({
  vendorAlertId,
  scopeId,
  title,
  severity,
  status,
  resourceName,
  startedAt,
  entities: entities.length,
});
