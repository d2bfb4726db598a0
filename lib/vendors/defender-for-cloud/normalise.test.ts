import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json } from "#lib/domain/detection.ts";
import { descriptionLengthMax, titleLengthMax, wordLengthMax } from "#lib/domain/text.ts";
import { goodAlert, nested } from "#test/alerts.ts";
import { faultsOf as detectionFaults } from "#test/detection-faults.ts";
import { normalise } from "./normalise.ts";

const detectionOf = (raw: Json) => {
  const result = normalise(raw);
  if (!result.ok) throw new Error(result.reason);
  return result.detection;
};
const refOf = (raw: Json) => {
  const result = normalise(raw);
  return result.ok ? result.ref : null;
};
const reasonOf = (raw: Json) => {
  const result = normalise(raw);
  return result.ok ? null : result.reason;
};

const lengthOf = (text: string) => [...text].length;
const faultsOf = (raw: Json) => detectionFaults(normalise(raw));

describe("normalise", () => {
  it("reads every field of a good alert", () => {
    expect(detectionOf(goodAlert())).toMatchObject({
      vendorAlertId: "2517_aa-01",
      scopeId: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01",
      title: "Suspicious process on a host",
      severity: "high",
      status: "active",
      isSample: false,
      isIncident: false,
      resourceName: "vm-pay-01",
      resourceType: "Microsoft.Compute/virtualMachines",
      resources: [
        { kind: "AzureResource", name: "vm-pay-01" },
        { kind: "AAD", resourceType: "Directory" },
      ],
      tactics: ["Persistence", "CredentialAccess"],
      techniques: ["T1059", "T1059.004"],
      startedAt: "2026-03-04T05:06:07.123456Z",
      generatedAt: "2026-03-04T05:26:07.920545Z",
      remarks: [],
      remediationSteps: [
        { text: "Ask the owner.", href: null },
        { text: "Read on", href: "https://learn.microsoft.com/azure" },
        { text: "Click me", href: null },
      ],
      entities: [
        { kind: "host", name: "vm-pay-01", pivot: { type: "host", value: "vm-pay-01" } },
        { kind: "ip", name: "198.51.100.7", pivot: { type: "ip", value: "198.51.100.7" } },
        { kind: "process", name: "/tmp/x", pivot: null },
        { kind: "account", name: "svc@contoso.example" },
      ],
    });
  });

  it("is total whatever the types of the known properties", () => {
    const values: Json[] = [null, true, 7, "", "x", [], [null], [[]], {}, { a: null }, ["x", 3, {}]];
    for (const key of Object.keys(goodAlert().properties))
      for (const value of values) expect(faultsOf(goodAlert({ [key]: value }))).toEqual([]);
  });

  it.each(["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty"])(
    "takes an entity of the kind %s like any other",
    (kind) => {
      const { entities } = detectionOf(goodAlert({ entities: [{ type: kind, name: "n1" }] }));
      expect(entities).toMatchObject([{ kind: kind.toLowerCase(), name: "n1" }]);
    },
  );

  it.each([65, 10_000, 200_000])("refuses %i levels", (depth) => {
    expect(faultsOf(nested(depth))).toEqual([]);
    for (const key of ["entities", "extendedProperties", "remediationSteps", "alertDisplayName", "severity"])
      expect(reasonOf(goodAlert({ [key]: nested(depth) }))).toBe("It is nested deeper than 64 levels.");
    expect(reasonOf(goodAlert({ entities: [{ type: "host", deep: nested(depth) }] }))).toBe(
      "It is nested deeper than 64 levels.",
    );
  });

  it("takes 60 levels", () => {
    expect(reasonOf(goodAlert({ extendedProperties: { deep: nested(60) } }))).toBeNull();
    expect(faultsOf(goodAlert({ extendedProperties: { deep: nested(60) } }))).toEqual([]);
  });

  it("keeps every name within its maximum length, even after invisible characters are escaped", () => {
    const long = "\u200b".repeat(5_000);
    const detection = detectionOf(
      goodAlert({
        alertDisplayName: long,
        alertType: long,
        description: long.repeat(4),
        resourceIdentifiers: [{ type: "LogAnalytics", workspaceId: "w".repeat(5_000) }],
      }),
    );
    expect(detection.resourceName).toBe("w".repeat(256));
    expect(detection.title).toMatch(/^(⟨U\+200B⟩){100,}/);
    expect(lengthOf(detection.title)).toBe(titleLengthMax);
    expect(lengthOf(detection.alertType)).toBe(wordLengthMax);
    expect(lengthOf(detection.description)).toBe(descriptionLengthMax);
  });

  it("doesn't repeat a referenced entity in full", () => {
    const again = Object.fromEntries(Array.from({ length: 59 }, (_none, at) => [`f${at}`, { $ref: "a" }]));
    const entities = [
      { $id: "a", type: "process", commandLine: "x".repeat(2_000) },
      ...Array.from({ length: 99 }, () => ({ type: "host", ...again })),
    ];
    const result = normalise(goodAlert({ entities }));
    if (!result.ok) throw new Error(result.reason);
    expect(JSON.stringify(result.detection).length).toBeLessThan(150_000);
    expect(result.detection.entities.length).toBeGreaterThan(1);
    expect(result.detection.remarks).toEqual([expect.stringContaining("more entities than are shown")]);
  });

  it("resolves references without an endless loop", () => {
    const { entities } = detectionOf(
      goodAlert({
        entities: [
          { $id: "a", type: "process", processId: "1", parentProcess: { $ref: "b" } },
          { $id: "b", type: "process", processId: "2", parentProcess: { $ref: "a" } },
        ],
      }),
    );
    expect(entities.map(({ fields }) => fields.at(-1))).toEqual([
      { label: "Parent Process", value: "2" },
      { label: "Parent Process", value: "1" },
    ]);
  });

  it.each<[string, Json]>([
    ["It has no id.", { ...goodAlert(), id: "" }],
    ["It has no id.", null],
    ["It has no id.", [goodAlert()]],
    [
      "Its id is longer than 1,024 characters.",
      { ...goodAlert(), id: `/subscriptions/${"x".repeat(1_100)}` },
    ],
    ["Its id isn't the address of a Defender for Cloud alert.", { ...goodAlert(), id: "/subscriptions/s/x" }],
    ["It has no properties.", { ...goodAlert(), properties: null }],
    ["It has no properties.", { ...goodAlert(), properties: {} }],
  ])("rejects with the reason %j", (reason, raw) => {
    expect(reasonOf(raw)).toBe(reason);
  });

  it("treats ids that differ only in case as the same alert", () => {
    const { id } = goodAlert();
    const shouted = { ...goodAlert(), id: id.toUpperCase() };
    expect(detectionOf(shouted)).toMatchObject({
      vendorAlertId: detectionOf(goodAlert()).vendorAlertId,
      scopeId: detectionOf(goodAlert()).scopeId,
    });
    expect(refOf(shouted)).toEqual(refOf(goodAlert()));
  });

  it("returns a ref to the alert", () => {
    expect(refOf(goodAlert())).toEqual({
      subscriptionId: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01",
      location: "westeurope",
      alertId: "2517_aa-01",
    });
  });

  it("accepts an alert of the subscription itself, without a resource group", () => {
    const id = goodAlert().id.replace("/resourceGroups/rg-pay", "");
    expect(detectionOf({ ...goodAlert(), id }).vendorAlertId).toBe("2517_aa-01");
  });

  it.each([
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-01T25:00:00Z",
    "2026-01-01T00:00:00+99:00",
    "0001-01-01T00:00:00Z",
    "1601-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999Z",
    "now",
    "infinity",
    "tomorrow",
    "",
    "2026-01-01",
    "01.02.2026 00:00",
  ])("leaves the date %j out and remarks on it", (value) => {
    expect(detectionOf(goodAlert({ startTimeUtc: value }))).toMatchObject({
      startedAt: null,
      remarks: ["startTimeUtc isn't a usable date."],
    });
  });

  it("keeps unknown severities and statuses in the vendor's words", () => {
    expect(detectionOf(goodAlert({ severity: "Apocalyptic", status: "Parked" }))).toMatchObject({
      severity: "unknown",
      status: "unknown",
      vendorSeverity: "Apocalyptic",
      vendorStatus: "Parked",
    });
    expect(detectionOf(goodAlert({ severity: { High: true }, status: 3 }))).toMatchObject({
      severity: "unknown",
      status: "unknown",
    });
  });

  it.each([
    ["SIMULATED_VM_Miner", "A miner"],
    ["VM_Miner", "[SAMPLE ALERT] A miner"],
    ["VM_Miner", "Sample alert: a miner"],
  ])("recognises a sample by %s and %s", (alertType, alertDisplayName) => {
    expect(detectionOf(goodAlert({ alertType, alertDisplayName })).isSample).toBe(true);
  });
});

const samples = process.env.AZURE_SAMPLES_DIR;
const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** Whether an alert has the format of 2022-01-01. Older formats have another name for `severity`. */
const isCurrent = (raw: Json) => isObject(raw) && isObject(raw.properties) && "severity" in raw.properties;

function* alertsUnder(folder: string): Generator<[string, Json]> {
  for (const name of readdirSync(folder).toSorted()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* alertsUnder(path);
    else if (name.endsWith(".json")) {
      const content = JSON.parse(readFileSync(path, "utf8")) as Json;
      const within = isObject(content) && "value" in content ? content.value : content;
      const list = Array.isArray(within) ? within : [within ?? null];
      for (const [index, alert] of list.entries()) yield [`${path}#${index}`, alert];
    }
  }
}

describe.skipIf(!samples)("normalise, with the samples in AZURE_SAMPLES_DIR", () => {
  const all = samples && existsSync(samples) ? [...alertsUnder(samples)] : [];

  it("finds samples, some of them in the current format", () => {
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter(([, raw]) => isCurrent(raw)).length).toBeGreaterThan(0);
  });

  it.each(all)("%s", (_path, raw) => {
    expect(faultsOf(raw)).toEqual([]);
  });

  it.each(all.filter(([, raw]) => isCurrent(raw)))("%s is read completely", (_path, raw) => {
    const { title, severity, status, remarks, resourceName, generatedAt } = detectionOf(raw);
    expect({ remarks, untitled: title.startsWith("(") }).toEqual({ remarks: [], untitled: false });
    expect([severity, status]).not.toContain("unknown");
    expect(resourceName).not.toBe("");
    expect(generatedAt).not.toBeNull();
  });
});
