import { describe, expect, it } from "vitest";
import type { Json } from "#lib/domain/detection.ts";
import { goodAlert } from "#test/alerts.ts";
import { complete } from "./complete.ts";
import { fingerprint } from "./fingerprint.ts";
import { normalise } from "./normalise.ts";

type JsonObject = { [key: string]: Json };

const alert = goodAlert({ isIncident: true });
const { id, properties } = alert;
const listAt = (name: string) => properties[name] as JsonObject[];
const [resource = {}, directory = {}] = listAt("resourceIdentifiers");
const resourceId = String(resource.azureResourceId);
const linked = "https://learn.microsoft.com/";
const texts = (name: string) => listAt(name).map((entry) => JSON.stringify(entry));
const twice = (name: string) => JSON.stringify(JSON.stringify(properties[name]));

function read(raw: Json) {
  const result = normalise(raw);
  if (!result.ok) throw new Error(result.reason);
  return { detection: result.detection, leftOut: result.leftOut ?? [] };
}
const bent = (changes: JsonObject): Json => ({ ...alert, properties: { ...properties, ...changes } });
const withResource = (azureResourceId: string) =>
  bent({ resourceIdentifiers: [{ ...resource, azureResourceId }, directory] });

/** Returns the same JSON with other keys; the names of extended properties are data and stay. */
function respelled(value: Json, spell: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((inner) => respelled(inner, spell));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      spell(key),
      key === "extendedProperties" ? inner : respelled(inner, spell),
    ]),
  );
}

const first = read(alert as Json);

describe("an alert of another make", () => {
  const spellings: [string, (key: string) => string][] = [
    ["capitals", (key) => key.toUpperCase()],
    ["small letters", (key) => key.toLowerCase()],
    ["underscores", (key) => key.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toLowerCase()],
    ["hyphens", (key) => key.replaceAll(/([a-z])([A-Z])/g, "$1-$2").toLowerCase()],
    ["blanks", (key) => key.replaceAll(/([a-z])([A-Z])/g, "$1 $2")],
    ["blanks behind", (key) => `${key} `],
    ["a byte order mark", (key) => `\ufeff${key}`],
  ];
  const makes: [string, Json][] = [
    ...spellings.map(([name, spell]): [string, Json] => [
      `keys with ${name}`,
      respelled(alert as Json, spell),
    ]),
    ["an empty twin of a key", { ...alert, Properties: {}, PROPERTIES: null, ID: "" }],
    ["an empty twin that comes first", { properties: {}, Properties: properties, id }],
    ["properties as JSON text", { ...alert, properties: JSON.stringify(properties) }],
    ["properties as a list of one", { ...alert, properties: [properties] }],
    [
      "lists as JSON in JSON texts",
      bent({ entities: twice("entities"), remediationSteps: twice("remediationSteps") }),
    ],
    [
      "lists of JSON texts",
      bent({ entities: texts("entities"), resourceIdentifiers: texts("resourceIdentifiers") }),
    ],
    ["a list within a list", bent({ entities: [listAt("entities")] })],
    ["a list in $values", bent({ entities: { $id: "0", $values: listAt("entities") } })],
    [
      "lists as objects with numbered keys",
      bent({
        entities: { ...listAt("entities") },
        resourceIdentifiers: { ...listAt("resourceIdentifiers") },
        remediationSteps: { ...(properties.remediationSteps as Json[]) },
        intent: { 0: "Persistence", 1: "CredentialAccess" },
      }),
    ],
    ...[
      ...(["severity", "status", "alertDisplayName", "alertType", "isIncident", "alertUri"] as const),
      ...(["startTimeUtc", "endTimeUtc", "timeGeneratedUtc", "compromisedEntity", "version"] as const),
      ...(["productName", "productComponentName"] as const),
    ].flatMap((name): [string, Json][] => {
      const value = properties[name] ?? null;
      return [
        [`${name} as a list of one`, bent({ [name]: [value] })],
        [`${name} beside its translation`, bent({ [name]: { value, localizedValue: "x" } })],
        [`${name} by its name`, bent({ [name]: { code: 3, displayName: value } })],
        [`${name} twice in a list`, bent({ [name]: [value, value] })],
        [`${name} as JSON text`, bent({ [name]: JSON.stringify({ Value: value }) })],
        [`${name} as a JSON string`, bent({ [name]: JSON.stringify(value) })],
      ];
    }),
    ...["$numberLong", "#text", "$t", "displayValue"].map((key): [string, Json] => [
      `severity in ${key}`,
      bent({ severity: { [key]: "High", other: "x" } }),
    ]),
    ["time in $date", bent({ startTimeUtc: { $date: properties.startTimeUtc ?? null } })],
    ["description in an object", bent({ description: { value: properties.description ?? null } })],
    ["severity of an enumeration", bent({ severity: ["High"], status: { name: "Active" } })],
    ["tactics as objects", bent({ intent: [{ value: "Persistence" }, { value: "CredentialAccess" }] })],
    ["tactics in one object", bent({ intent: { value: "Persistence, CredentialAccess" } })],
    ["tactics in one text of a list", bent({ intent: ["Persistence, CredentialAccess"] })],
    ["techniques in a text", bent({ techniques: "T1059; T1059.004", subTechniques: null })],
    ["techniques with their names", bent({ techniques: ["T1059 - Command and Scripting Interpreter"] })],
    [
      "techniques as objects",
      bent({ techniques: [{ id: "T1059", name: "Scripting", subTechniques: [{ id: "t1059.004" }] }] }),
    ],
    ["a link as an object alone", bent({ extendedLinks: { Label: "More", Href: linked } })],
    ["a link with other names", bent({ extendedLinks: [{ title: "More", url: linked }] })],
    ["a link under its label", bent({ extendedLinks: { More: linked } })],
    ["a link of a kind", bent({ extendedLinks: [{ kind: "Link", displayValue: "More", value: linked }] })],
    ["a resource by its own id", bent({ resourceIdentifiers: [{ id: resourceId }, directory] })],
    [
      "a resource's id in a list",
      bent({ resourceIdentifiers: [{ azureResourceId: [resourceId] }, directory] }),
    ],
    [
      "a resource's id in an object",
      bent({ resourceIdentifiers: [{ resource: 1, id: { id: resourceId } }, directory] }),
    ],
    [
      "a resource behind a reference",
      bent({
        resourceIdentifiers: [
          { $ref: "r" },
          { ...directory, of: { $id: "r", type: "AzureResource", azureResourceId: resourceId } },
        ],
      }),
    ],
    [
      "entities under keys",
      bent({ entities: Object.fromEntries(listAt("entities").map((entity, at) => [`e${at}`, entity])) }),
    ],
    ["entities in objects", bent({ entities: listAt("entities").map((entity) => ({ entity })) })],
    [
      "entities with a kind and properties",
      bent({
        entities: listAt("entities").map(({ $id = null, type = null, ...rest }) => ({
          $id,
          kind: type,
          properties: rest,
        })),
      }),
    ],
    [
      "entities' types in lists",
      bent({ entities: listAt("entities").map((entity) => ({ ...entity, type: [entity.type ?? null] })) }),
    ],
    ["resources as bare ids", bent({ resourceIdentifiers: [resourceId, directory] })],
    ["an object as a list of one", bent({ extendedProperties: [properties.extendedProperties ?? {}] })],
    [
      "an object as pairs",
      bent({ extendedProperties: [{ Key: "client IP Address", Value: "198.51.100.7" }] }),
    ],
    ["tactics with another separator", bent({ intent: "Persistence and Credential Access" })],
    ["tactics in small letters", bent({ intent: "persistence; credentialaccess" })],
    ["tactics in another order", bent({ intent: ["CredentialAccess", "Persistence"] })],
    ["resources in another order", bent({ resourceIdentifiers: [directory, resource] })],
    ["entities in another order", bent({ entities: listAt("entities").toReversed() })],
    ["resources without a type", bent({ resourceIdentifiers: [{ azureResourceId: resourceId }, directory] })],
    ["times without a zone", bent({ startTimeUtc: "2026-03-04 05:06:07.1234567" })],
    ["an id in capitals", { ...alert, id: id.toUpperCase() }],
    ["ids with double slashes", { ...alert, id: id.replaceAll("/", "//") }],
    ["an id with a slash at the end", { ...alert, id: `${id}/` }],
    ["an id without its first slash", { ...alert, id: id.slice(1) }],
    ["an id with a query", { ...alert, id: `${id}?api-version=2022-01-01` }],
    ["an id with a fragment", { ...alert, id: `${id}#x` }],
    [
      "an id with invisible characters",
      { ...alert, id: `${id.replace("/providers", "/\u200Bproviders")}\uFEFF\u200B` },
    ],
    ["an id with braces", { ...alert, id: id.replace(/[0-9a-f-]{36}/, (found) => `{${found}}`) }],
    ["an encoded id", { ...alert, id: encodeURIComponent(id) }],
    ["an id as an address", { ...alert, id: `https://management.azure.com${id}?api-version=2022-01-01` }],
    ...[
      resourceId.replaceAll("/", "//"),
      `${resourceId}/`,
      resourceId.slice(1),
      encodeURIComponent(resourceId),
      resourceId.replace("vm-", "vm%2D"),
      encodeURIComponent(encodeURIComponent(resourceId)),
      resourceId.replaceAll("/", "\\"),
      `"${resourceId}"`,
      `'${resourceId}',`,
      `http://management.azure.com:443${resourceId}`,
      `https://portal.azure.com/#@contoso.example/resource${resourceId}`,
      `https://portal.azure.com/#resource${resourceId}/overview`,
      `https://management.azure.com${resourceId}`,
    ].map((azureResourceId): [string, Json] => [
      `resource ${azureResourceId}`,
      withResource(azureResourceId),
    ]),
  ];

  it.each(makes)("is the same alert: %s", (_make, raw) => {
    const { detection, leftOut } = read(raw);
    expect(leftOut).toEqual(first.leftOut);
    expect(complete(detection, leftOut, first.detection)).toEqual(first.detection);
  });

  it.each(spellings)("has one fingerprint: keys with %s", (_make, spell) => {
    expect(fingerprint(respelled(alert as Json, spell))).toBe(fingerprint(alert as Json));
  });

  const empty: [string, JsonObject][] = [
    ["entities", { entities: {} }],
    ["entities", { entities: [5, "x"] }],
    ["entities", { entities: [null] }],
    ["resources", { resourceIdentifiers: [{ type: "AzureResource" }] }],
    ["extendedProperties", { extendedProperties: [] }],
    ["extendedProperties", { extendedProperties: "null" }],
    ["tactics", { intent: "Unknown" }],
    ["tactics", { intent: "null" }],
    ["status", { status: "Unknown" }],
    ["compromisedEntity", { compromisedEntity: "null" }],
    ["compromisedEntity", { compromisedEntity: " (NULL) " }],
    ["compromisedEntity", { compromisedEntity: "N/A" }],
    ["description", { description: "undefined" }],
    ["title", { alertDisplayName: "None" }],
    ["severity", { severity: "None" }],
  ];
  it.each(empty)("erases no %s if it says nothing readable: %j", (field, changes) => {
    const { detection, leftOut } = read(bent(changes));
    expect(leftOut).toContain(field);
    expect(complete(detection, leftOut, first.detection)).toEqual(first.detection);
  });

  it("is read in linear time if a text is a megabyte of blanks", () => {
    const begun = performance.now();
    read(bent({ compromisedEntity: `${" ".repeat(900_000)}x`, description: "\t".repeat(900_000) }));
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it("erases what it says is empty", () => {
    const { detection, leftOut } = read(bent({ entities: [], extendedProperties: {} }));
    expect(complete(detection, leftOut, first.detection)).toMatchObject({
      entities: [],
      extendedProperties: [],
    });
  });

  it("has another name if only a hyphen or an underscore of it differs", () => {
    const named = (hostName: string) => bent({ entities: [{ type: "malware", name: hostName }] });
    const before = read(named("web_01"));
    for (const name of ["web-01", "web01"]) {
      const { detection, leftOut } = read(named(name));
      expect(complete(detection, leftOut, before.detection).entities[0]?.name).toBe(name);
    }
  });

  it("has the properties of several objects with one each", () => {
    const extendedProperties: Json = [{ "client IP Address": "198.51.100.7" }, { x: "y" }];
    expect(read(bent({ extendedProperties })).detection.extendedProperties).toEqual([
      { name: "client IP Address", value: { text: "198.51.100.7", href: null } },
      { name: "x", value: { text: "y", href: null } },
    ]);
  });

  it("keeps its name if several resources change places", () => {
    const other = { type: "AzureResource", azureResourceId: `${resourceId}-b` };
    const before = read(bent({ resourceIdentifiers: [resource, other] }));
    const { detection, leftOut } = read(bent({ resourceIdentifiers: [other, resource] }));
    expect(complete(detection, leftOut, before.detection)).toEqual(before.detection);
    const gone = read(bent({ resourceIdentifiers: [other] }));
    expect(complete(gone.detection, gone.leftOut, before.detection).resourceName).toBe("vm-pay-01-b");
  });
});

describe("a list that another sender writes as a text", () => {
  it("has a resource for each id", () => {
    for (const separator of ["; ", ",", "\n"]) {
      const { detection } = read(
        bent({ resourceIdentifiers: [resourceId, `${resourceId}-b`].join(separator) }),
      );
      expect(detection.resources.map(({ name }) => name)).toEqual(["vm-pay-01", "vm-pay-01-b"]);
      expect(detection.resourceName).toBe("vm-pay-01");
    }
  });

  it("has a link for each address, and no link to a host that isn't trusted", () => {
    const expected = [
      { text: "https://aka.ms/x", href: "https://aka.ms/x" },
      { text: "https://evil.example/x", href: null },
    ];
    for (const extendedLinks of [
      ["https://aka.ms/x", "https://evil.example/x"],
      "https://aka.ms/x, https://evil.example/x",
      "https://aka.ms/x https://evil.example/x",
    ])
      expect(read(bent({ extendedLinks })).detection.links).toEqual(expected);
    expect(read(bent({ extendedLinks: ["javascript:alert(1)"] })).detection.links).toEqual([
      { text: "javascript:alert(1)", href: null },
    ]);
  });

  it.each<[string, Json]>([
    ["an object", { Label: "Azure portal", Href: "https://evil.example/login" }],
    ["a list", [{ label: "Azure portal", url: "https://evil.example/login" }]],
    ["its label", { "Azure portal": "https://evil.example/login" }],
    [
      "a kind",
      [
        {
          kind: "Link",
          displayValue: "Azure portal",
          value: "https://evil.example/login",
        },
      ],
    ],
  ])("has the address instead of a link to a host that isn't trusted: by %s", (_how, extendedLinks) => {
    expect(read(bent({ extendedLinks })).detection.links).toEqual([
      { text: "Azure portal (https://evil.example/login)", href: null },
    ]);
  });

  it("has a line for each text of a description", () => {
    expect(read(bent({ description: ["One.", "Two."] })).detection.description).toBe("One.\nTwo.");
  });
});

describe("what isn't plain", () => {
  it.each<[string, JsonObject]>([
    ["severity", { severity: ["High", "Low"] }],
    ["severity", { severity: { level: "High" } }],
    ["status", { status: ["Active", "Dismissed"] }],
    ["title", { alertDisplayName: ["One", "Two"] }],
    ["startedAt", { startTimeUtc: ["2026-03-04T05:06:07Z", "2026-03-05T05:06:07Z"] }],
    ["resources", { resourceIdentifiers: "vm-pay-01" }],
  ])("erases no %s: %j", (field, changes) => {
    const { detection, leftOut } = read(bent(changes));
    expect(leftOut).toContain(field);
    expect(complete(detection, leftOut, first.detection)).toMatchObject({
      [field]: first.detection[field as "severity"],
    });
  });
});

describe("words as people write them", () => {
  it.each([
    ["3 - Medium", "medium"],
    ["High (1)", "high"],
    ["Information", "informational"],
    ["AlertSeverity.High", "high"],
    ["Severity::low", "low"],
    ["Not High", "unknown"],
    ["Sev1", "unknown"],
    ["Critical", "unknown"],
  ])("severity %s is %s", (severity, known) => {
    expect(read(bent({ severity })).detection.severity).toBe(known);
  });

  it.each(["In Progress", "in_progress", "in-progress", "INPROGRESS", "AlertStatus.InProgress"])(
    "status %s is in progress",
    (status) => {
      expect(read(bent({ status })).detection.status).toBe("in_progress");
    },
  );

  it.each<[string, Json]>([
    [
      "link in a JSON string",
      JSON.stringify(JSON.stringify({ kind: "link", displayValue: "A", value: "https://aka.ms/x" })),
    ],
    ["capitals", '{"KIND":"LINK","DISPLAYVALUE":"A","VALUE":"https://aka.ms/x"}'],
    ["list of links", '[{"kind":"link","displayValue":"A","value":"https://aka.ms/x"}]'],
    [
      "dictionary in a text",
      '{"kind":"MultiLink","DisplayValueToUrlDictionary":"{\\"A\\":\\"https://aka.ms/x\\"}"}',
    ],
    [
      "dictionary as pairs",
      '{"kind":"MultiLink","DisplayValueToUrlDictionary":[{"key":"A","value":"https://aka.ms/x"}]}',
    ],
  ])("a step that is a %s is its link", (_what, step) => {
    expect(read(bent({ remediationSteps: [step] })).detection.remediationSteps).toEqual([
      { text: "A", href: "https://aka.ms/x" },
    ]);
  });

  const scope = "/subscriptions/11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01/resourceGroups/rg1/providers";
  it.each<[string, JsonObject]>([
    [
      "acc / default",
      { azureResourceId: `${scope}/Microsoft.Storage/storageAccounts/acc/blobServices/default` },
    ],
    [
      "pool / 12",
      { azureResourceId: `${scope}/Microsoft.Compute/virtualMachineScaleSets/pool/virtualMachines/12/` },
    ],
    ["ws1", { type: "LogAnalytics", workspaceId: `${scope}/Microsoft.OperationalInsights/workspaces/ws1` }],
    ["s1 / master", { azureResourceId: `${scope}/Microsoft.Sql/servers/s1/databases/master` }],
    ["s1 / MASTER", { azureResourceId: `${scope}/Microsoft.Sql/servers/s1/databases/MASTER` }],
    ["orders", { azureResourceId: `${scope}/Microsoft.Sql/servers/s1/databases/orders` }],
    ["app / staging", { azureResourceId: `${scope}/Microsoft.Web/sites/app/slots/staging` }],
    [
      "srv-1 / MDE.Windows",
      { azureResourceId: `${scope}/Microsoft.HybridCompute/machines/srv-1/extensions/MDE.Windows` },
    ],
    ["rg1", { azureResourceId: `${scope}/Microsoft.Compute/virtualMachines/` }],
    ["rg1", { azureResourceId: `${scope}/Microsoft.Compute` }],
    ["rg1", { azureResourceId: scope }],
    ["srv-1", { azureResourceId: `${scope}/Microsoft.HybridCompute/machines/srv-1/extensions` }],
    ["i-0abc", { azureResourceId: "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc" }],
    ["vm-8", { type: "AzureResource", resourceId: `${scope}/Microsoft.Compute/virtualMachines/vm-8` }],
  ])("a resource is named %s: %j", (name, identifier) => {
    const { resourceName, resourceType } = read(bent({ resourceIdentifiers: [identifier] })).detection;
    expect(resourceName).toBe(name);
    expect(resourceType === "Subscription").toBe(false);
  });
});

it.each([
  "null",
  "undefined",
  "00000000-0000-0000-0000-000000000000",
  "{00000000}",
  "@{triggerBody()?['id']}",
  "@triggerBody()",
])("%s is no alert's id, because all such alerts would become one detection", (name) => {
  const at = id.slice(0, id.lastIndexOf("/"));
  expect(normalise({ ...alert, id: `${at}/${encodeURIComponent(name)}` })).toMatchObject({
    ok: false,
    reason: expect.stringContaining("is no alert's id. Post the alert itself"),
  });
});
