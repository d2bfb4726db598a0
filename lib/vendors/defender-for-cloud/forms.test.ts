import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DetectionField, Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { wordLengthMax } from "#lib/domain/text.ts";
import { bentAlert, goodAlert } from "#test/alerts.ts";
import { inSecondForm, withCapitals } from "#test/alert-forms.ts";
import { complete } from "./complete.ts";
import { fingerprint } from "./fingerprint.ts";
import { isArmId, isTelling } from "./names.ts";
import { normalise } from "./normalise.ts";

type Alert = ReturnType<typeof goodAlert>;

function read(raw: Json) {
  const result = normalise(raw);
  if (!result.ok) throw new Error(result.reason);
  return { detection: result.detection, leftOut: result.leftOut ?? [] };
}

const scope = "/subscriptions/11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01/resourceGroups/rg1/providers";
const instance = `${scope}/Microsoft.Compute/virtualMachineScaleSets/aks-pool-1-vmss/virtualMachines/0`;
const guid = "5d3b2c1a-0f9e-4d8c-8b7a-6f5e4d3c2b1a";
const azure = (azureResourceId: string): Json => [{ type: "AzureResource", azureResourceId }];

/** Alerts with the shapes that recordings show: references, JSON in texts, resources without a name of their own. */
const shapes: Alert[] = [
  goodAlert(),
  goodAlert({
    entities: [
      { $id: "1", type: "host", azureID: `${scope}/Microsoft.Compute/virtualMachines/vm-7` },
      { $id: "2", type: "process", processId: 5696, imageFile: { $id: "3", type: "file", name: "x.exe" } },
      { $ref: "3" },
      { $ref: "1" },
      { $id: "4", type: "ip", address: "192.0.2.7", location: { countryCode: "nl", asn: 6584 } },
      { $id: "5", type: "malware", name: "m", files: [{ $ref: "3" }] },
    ],
  }),
  goodAlert({
    resourceIdentifiers: azure(instance),
    compromisedEntity: "0",
    entities: [{ $id: "1", type: "host", hostName: "0", azureID: instance }],
  }),
  goodAlert({
    resourceIdentifiers: [{ type: "LogAnalytics", workspaceId: guid }],
    compromisedEntity: "dc01.corp.example",
  }),
  goodAlert({
    isIncident: true,
    resourceIdentifiers: [{ type: "AAD", aadTenantId: guid }],
    compromisedEntity: "user@contoso.example",
  }),
  goodAlert({
    remediationSteps: [
      '{"kind":"openBlade","displayValue":"Enforce rule","extension":"X","detailBlade":"B","detailBladeInputs":"id=1"}',
      '{"Kind":"Other","DisplayValue":"Do this"}',
      '{"a":{"b":[1,2]}}',
    ],
    extendedProperties: {
      reports: '{"Kind":"MultiLink","DisplayValueToUrlDictionary":{"Report: R":"https://example.com/r.pdf"}}',
      operations: '[{"apiGroups":["*"],"scope":"*"}]',
      "user Agent": "curl",
      pid: 944,
    },
  }),
  goodAlert({ alertType: "SIMULATED_VM_Miner", alertDisplayName: "[SAMPLE ALERT] A miner" }),
];

const samples = process.env.AZURE_SAMPLES_DIR;
const recorded = samples ? join(samples, "derived", "arm") : "";
const recordings = existsSync(recorded)
  ? readdirSync(recorded).map((name) => JSON.parse(readFileSync(join(recorded, name), "utf8")) as Alert)
  : [];
const anyShape = fc.constantFrom(...shapes, ...recordings);

/** Returns the same JSON with the keys of every object in another order. */
function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reordered(inner)]),
  );
}

/** Returns the same JSON with every text that `change` is given replaced. */
function rewritten(value: Json, change: (text: string, key: string) => string, key = ""): Json {
  if (typeof value === "string") return change(value, key);
  if (Array.isArray(value)) return value.map((inner) => rewritten(inner, change, key));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, rewritten(inner, change, name)]),
  );
}

const said = [
  "severity",
  "isIncident",
  "status",
  "title",
  "resources",
  "resourceName",
  "entities",
  "tactics",
];
const fields = [
  ...said,
  ...[
    "alertType",
    "product",
    "productComponent",
    "resourceType",
    "techniques",
    "links",
    "vendorUrl",
    "version",
  ],
  "extendedProperties",
  "remediationSteps",
  "startedAt",
  "endedAt",
  "generatedAt",
];
const isEmpty = (value: unknown) =>
  value === null || value === "" || value === "unknown" || (Array.isArray(value) && value.length === 0);

function* shownTexts({ detection }: { detection: NormalisedDetection }): Generator<string> {
  const { title, description, remediationSteps, extendedProperties, entities, links } = detection;
  yield* [title, description, ...remediationSteps.map(({ text }) => text), ...links.map(({ text }) => text)];
  yield* extendedProperties.map(({ value }) => value.text);
  for (const entity of entities) yield* [entity.name, ...entity.fields.map(({ value }) => value)];
}
const isJson = (text: string) => {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    // an ordinary text
    return false;
  }
};

describe("the two forms of one alert", () => {
  it.each(shapes)("read the same once completed (%#)", (alert) => {
    const first = read(alert);
    const second = read(inSecondForm(alert));
    expect(second.leftOut).toContain("severity");
    expect(complete(second.detection, second.leftOut, first.detection)).toEqual(first.detection);
    const {
      severity: _severity,
      vendorSeverity: _vendorSeverity,
      isIncident: _isIncident,
      ...rest
    } = first.detection;
    const spelled = rest.extendedProperties.map(({ name, value }) => ({
      name: name.slice(0, 1).toUpperCase() + name.slice(1),
      value,
    }));
    expect(second.detection).toMatchObject({ ...rest, extendedProperties: spelled, severity: "unknown" });
  });

  it("have one fingerprint, whatever the case of keys and their order", () => {
    fc.assert(
      fc.property(anyShape, (alert) => {
        const print = fingerprint(alert);
        expect(fingerprint(reordered(alert as Json))).toBe(print);
        expect(fingerprint(withCapitals(alert as Json))).toBe(print);
        expect(fingerprint(reordered(withCapitals(alert as Json)))).toBe(print);
        expect(fingerprint({ ...alert, properties: { ...alert.properties, correlationId: null } })).toBe(
          print,
        );
        const { severity: _severity, isIncident: _isIncident, ...properties } = alert.properties;
        expect(fingerprint(inSecondForm(alert))).toBe(fingerprint({ ...alert, properties }));
        expect(fingerprint(inSecondForm(alert))).not.toBe(print);
      }),
    );
  });

  it("have one fingerprint, whatever the numbers of their references and the case of resource ids", () => {
    const [, referring = goodAlert()] = shapes;
    for (const alert of [goodAlert(), referring]) {
      const print = fingerprint(alert);
      const renumbered = (text: string, key: string) => (/^\$(?:id|ref)$/.test(key) ? `we_${text}7` : text);
      expect(fingerprint(rewritten(alert as Json, renumbered))).toBe(print);
      const shouted = (text: string) => (isArmId(text) ? text.toUpperCase() : text);
      expect(fingerprint(rewritten(alert as Json, shouted))).toBe(print);
    }
    const pointed = rewritten(referring as Json, (text, key) => (key === "$ref" ? "2" : text));
    expect(fingerprint(pointed)).not.toBe(fingerprint(referring));
  });

  it("have one fingerprint if two names of properties differ by a blank only", () => {
    const [first] = shapes;
    const withProperties = (extendedProperties: Json) =>
      fingerprint({ ...first, properties: { ...first?.properties, extendedProperties } } as Json);
    const print = withProperties({ resourceType: "Kubernetes", "resource type": "webhook", Zone: "1" });
    expect(withProperties({ zone: "1", ResourceType: "Kubernetes", "Resource Type": "webhook" })).toBe(print);
    expect(withProperties({ zone: "1", resourceType: "webhook", "resource type": "Kubernetes" })).not.toBe(
      print,
    );
    const names = Array.from({ length: 20_000 }, (_, at) => [`name ${at}`, "x"]);
    const startedAt = performance.now();
    withProperties(Object.fromEntries(names));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it("are one alert with capitals at every depth, also of `Id` and `Properties`", () => {
    for (const alert of shapes) {
      const capital = read(withCapitals(alert as Json));
      expect(complete(capital.detection, capital.leftOut, read(alert).detection)).toEqual(
        read(alert).detection,
      );
    }
  });
});

describe("an answer that leaves something out", () => {
  it("erases nothing, whether fields are missing, null or of a wrong type", () => {
    const wrong = fc.constantFrom<Json>(null, "", {}, [], 7, true, "Apocalyptic", "tomorrow");
    const names = Object.keys(goodAlert().properties);
    const bend = fc.record({
      dropped: fc.subarray(names),
      nulled: fc.subarray(names),
      wrong: fc.dictionary(
        fc.constantFrom("severity", "startTimeUtc", "endTimeUtc", "timeGeneratedUtc"),
        wrong,
      ),
    });
    fc.assert(
      fc.property(anyShape, bend, (alert, { dropped, nulled, wrong: replaced }) => {
        const properties: { [key: string]: Json } = { ...alert.properties, ...replaced };
        for (const name of dropped) delete properties[name];
        for (const name of nulled) properties[name] = null;
        const result = normalise({ ...alert, properties });
        fc.pre(result.ok);
        if (!result.ok) return;
        const { detection: earlier } = read(alert);
        const now = complete(result.detection, result.leftOut ?? [], earlier);
        const lost = (fields as DetectionField[]).filter(
          (field) => !isEmpty(earlier[field]) && isEmpty(now[field]),
        );
        expect(lost).toEqual([]);
        expect(now.severity).toBe(earlier.severity);
        expect(now.isIncident).toBe(earlier.isIncident);
        expect(now.isSample).toBe(earlier.isSample);
        expect(now.title).toBe(earlier.title);
        const where = ({ resourceName, resourceType, vendorUrl }: NormalisedDetection) =>
          [resourceName, resourceType, vendorUrl].join(" ");
        expect(where(now)).toBe(where(earlier));
      }),
      { numRuns: 500 },
    );
  });

  it("gives a name no type of another one", () => {
    const named = { resourceIdentifiers: [{ type: "AAD", aadTenantId: guid }] };
    const earlier = read(goodAlert({ ...named, compromisedEntity: "user@contoso.example" })).detection;
    expect(earlier).toMatchObject({ resourceName: "user@contoso.example", resourceType: "" });
    const { detection, leftOut } = read(goodAlert({ ...named, compromisedEntity: null }));
    expect(detection).toMatchObject({ resourceName: "vm-pay-01", resourceType: "Host" });
    expect(complete(detection, leftOut, earlier)).toEqual(earlier);
  });

  it("changes what it says", () => {
    const { detection: earlier } = read(goodAlert());
    const { detection, leftOut } = read(goodAlert({ severity: "Low", isIncident: true, entities: [] }));
    expect(complete(detection, leftOut, earlier)).toMatchObject({
      severity: "low",
      isIncident: true,
      entities: [],
    });
  });

  it("keeps nothing of an earlier answer that said nothing either", () => {
    const { detection: earlier } = read(inSecondForm(goodAlert()));
    const { detection, leftOut } = read(goodAlert());
    expect(complete(detection, leftOut, earlier)).toMatchObject({ severity: "high", vendorSeverity: "High" });
  });
});

describe("what people read", () => {
  it("is never raw JSON, and no bare number, GUID or resource id where a better name is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyShape.map((alert) => alert as Json),
          bentAlert,
        ),
        (raw) => {
          const result = normalise(raw);
          fc.pre(result.ok);
          if (!result.ok) return;
          const { detection } = result;
          expect([...shownTexts(result)].filter(isJson)).toEqual([]);
          const named = [detection.compromisedEntity, ...detection.resources.map(({ name }) => name)];
          expect(!named.some(isTelling) || isTelling(detection.resourceName)).toBe(true);
          expect(isArmId(detection.resourceName)).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, string, { [key: string]: Json }]>([
    ["aks-pool-1-vmss / 0", "scale set", { resourceIdentifiers: azure(instance), compromisedEntity: "0" }],
    [
      "dc01.corp.example",
      "workspace",
      {
        resourceIdentifiers: [{ type: "LogAnalytics", workspaceId: guid }],
        compromisedEntity: "dc01.corp.example",
      },
    ],
    [
      "user@contoso.example",
      "directory",
      {
        resourceIdentifiers: [{ type: "AAD", aadTenantId: guid }],
        compromisedEntity: "user@contoso.example",
      },
    ],
    [
      "svc@contoso.example",
      "directory, with an account only",
      {
        resourceIdentifiers: [{ type: "AAD", aadTenantId: guid }],
        compromisedEntity: guid,
        entities: [{ type: "account", name: "svc", upnSuffix: "contoso.example" }],
      },
    ],
    [
      "AWS EC2 instance i-0abc",
      "AWS",
      {
        resourceIdentifiers: azure(
          `${scope}/Microsoft.Security/securityConnectors/${guid}/securityEntityData/aws-ec2-instance-i-0abc`,
        ),
      },
    ],
    [
      "GCP compute instance web-1",
      "GCP",
      {
        resourceIdentifiers: azure(
          `${scope}/microsoft.security/securityconnectors/${guid}/securityentitydata/gcp-compute-instance-web-1`,
        ),
      },
    ],
    [
      "vm-9",
      "compromised entity that is an id",
      {
        resourceIdentifiers: [],
        compromisedEntity: `${scope}/Microsoft.Compute/virtualMachines/vm-9`,
      },
    ],
  ])("names %s for a %s", (name, _what, properties) => {
    for (const alert of [goodAlert(properties), inSecondForm(goodAlert(properties))])
      expect(read(alert).detection.resourceName).toBe(name);
  });

  it("names a host after its resource id, and entities behind references once", () => {
    const { entities } = read(shapes[1] ?? goodAlert()).detection;
    expect(entities.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "host vm-7",
      "process x.exe",
      "file x.exe",
      "ip 192.0.2.7",
      "malware m",
    ]);
    expect(entities.at(-1)?.fields).toContainEqual({ label: "Files", value: "x.exe" });
    const scaleSet = read(shapes[2] ?? goodAlert()).detection;
    expect(scaleSet.entities[0]).toMatchObject({
      name: "aks-pool-1-vmss / 0",
      pivot: { type: "host", value: "aks-pool-1-vmss / 0" },
    });
  });

  it("is JSON in words wherever a text holds it", () => {
    const { description, entities } = read(
      goodAlert({
        description: '{"cause":"A scan","ports":[22,3389]}',
        entities: [{ type: "process", commandLine: "x", environment: '{"userName":"svc"}' }],
      }),
    ).detection;
    expect(description).toBe("Cause: A scan, Ports: 22, 3389");
    expect(entities[0]?.fields).toContainEqual({ label: "Environment", value: "User Name: svc" });
  });

  it("has no entity for a reference to nothing", () => {
    const { entities } = read(
      goodAlert({ entities: [{ $ref: "9" }, { type: "ip", address: "192.0.2.7" }] }),
    ).detection;
    expect(entities.map(({ kind }) => kind)).toEqual(["ip"]);
  });

  it("cuts an entity's name, also one that is put together", () => {
    const long = "a".repeat(wordLengthMax);
    const entities: Json[] = [
      { type: "ip", address: `${long}b` },
      { type: "account", name: long, upnSuffix: long },
      { type: "file", directory: long, name: long },
    ];
    const names = read(goodAlert({ entities })).detection.entities.map(({ name }) => name.length);
    expect(names).toEqual(names.map(() => wordLengthMax));
  });

  const id = `${scope}/Microsoft.Compute/virtualMachines/vm-7`;
  it.each<[string, { [key: string]: Json }]>([
    ["ip 192.0.2.7", { type: "ip", address: "192.0.2.7" }],
    ["host web", { type: "host", hostName: "web", netBiosName: "WEB" }],
    ["host WEB", { type: "host", netBiosName: "WEB", friendlyName: "The web server" }],
    ["host vm-7", { type: "host", azureID: id, friendlyName: "The web server" }],
    ["host The web server", { type: "host", friendlyName: "The web server", osFamily: "Linux" }],
    ["account svc", { type: "account", name: "svc", displayName: "A service" }],
    ["account A service", { type: "account", displayName: "A service", friendlyName: "x" }],
    ["account x", { type: "account", friendlyName: "x", sid: "S-1-5-18" }],
    ["account S-1-5-18", { type: "account", sid: "S-1-5-18", aadUserId: guid }],
    [`account ${guid}`, { type: "account", aadUserId: guid, other: "o" }],
    [`account ${guid}`, { type: "account", objectGuid: guid, other: "o" }],
    ["process x -t 4", { type: "process", commandLine: "x -t 4", processId: "7" }],
    ["process x", { type: "process", friendlyName: "x", processId: "7" }],
    ["process 7", { type: "process", processId: "7" }],
    ["url https://x.example/", { type: "url", url: "https://x.example/", name: "n" }],
    ["dns x.example", { type: "dns", domainName: "x.example", name: "n" }],
    ["azure-resource r", { type: "azure-resource", resourceName: "r", resourceId: id }],
    ["azure-resource vm-7", { type: "azure-resource", resourceId: id, friendlyName: "x" }],
    ["azure-resource x", { type: "azure-resource", friendlyName: "x", id: "9" }],
    ...[
      ...["name", "displayName", "friendlyName", "address", "resourceName", "imageId", "containerId"],
      ...["resourceId", "amazonResourceId", "id", "sessionId", "value"],
    ].map((field): [string, { [key: string]: Json }] => [
      "other the-name",
      { type: "other", [field]: "the-name" },
    ]),
    ...["account", "host", "cloudResource", "sourceAddress", "cluster", "image"].map(
      (field): [string, { [key: string]: Json }] => [
        "other the-name",
        { type: "other", [field]: { type: "part", name: "the-name" } },
      ],
    ),
    // without a type
    ["ip 192.0.2.7", { address: "192.0.2.7" }],
    ["host web", { hostName: "web" }],
    ["host WEB", { netBiosName: "WEB" }],
    ["host vm-7", { azureID: id }],
    ["account svc@contoso.example", { name: "svc", upnSuffix: "contoso.example" }],
    [`account ${guid}`, { aadUserId: guid }],
    ["account S-1-5-18", { sid: "S-1-5-18" }],
    ["process x -t 4", { commandLine: "x -t 4" }],
    ["process 7", { processId: "7" }],
    ["dns x.example", { domainName: "x.example" }],
    ["url https://x.example/", { url: "https://x.example/" }],
    ["file /tmp/x", { directory: "/tmp", name: "x" }],
    ["azure-resource vm-7", { resourceId: id }],
  ])("names the entity %s: %j", (named, entity) => {
    const [found] = read(goodAlert({ entities: [entity] })).detection.entities;
    expect(`${found?.kind} ${found?.name}`).toBe(named);
  });

  it("recognises an entity without a type by its fields", () => {
    const { entities } = read(
      goodAlert({ entities: [{ Address: "192.0.2.7" }, { AzureID: instance }] }),
    ).detection;
    expect(entities.map(({ kind }) => kind)).toEqual(["ip", "host"]);
  });

  it("reads JSON in texts, numbers as text and booleans as text", () => {
    const listed = read(goodAlert({ isIncident: true })).detection;
    const text = (name: string) => JSON.stringify(withCapitals(goodAlert().properties[name] ?? null));
    const { detection } = read(
      goodAlert({
        entities: text("entities"),
        resourceIdentifiers: text("resourceIdentifiers"),
        remediationSteps: text("remediationSteps"),
        extendedProperties: JSON.stringify(goodAlert().properties.extendedProperties),
        techniques: '["T1059"]',
        isIncident: "True",
        timeGeneratedUtc: "/Date(1772601967920)/",
      }),
    );
    expect(detection).toEqual({ ...listed, generatedAt: "2026-03-04T05:26:07.920000Z" });
  });

  it("takes a sample by its type or the beginning of its title only", () => {
    const isSample = (alertDisplayName: string) => read(goodAlert({ alertDisplayName })).detection.isSample;
    expect(isSample("[SAMPLE ALERT] A miner")).toBe(true);
    expect(isSample("A miner named [SAMPLE ALERT]")).toBe(false);
    expect(isSample("A miner named SIMULATED_x")).toBe(false);
    const typed = (alertType: string) => read(goodAlert({ alertType })).detection.isSample;
    expect([typed("SIMULATED_VM_Miner"), typed("VM_SIMULATED_Miner")]).toEqual([true, false]);
  });
});
