import fc from "fast-check";
import type { Json } from "#lib/domain/detection.ts";

const subscription = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";

/** Returns an alert as Azure sends it, with every property that the portal reads. */
export function goodAlert(properties: { [key: string]: Json } = {}, name = "2517_Aa-01") {
  return {
    id: `/subscriptions/${subscription}/resourceGroups/rg-pay/providers/Microsoft.Security/locations/westeurope/alerts/${name}`,
    name,
    type: "Microsoft.Security/Locations/alerts",
    properties: {
      version: "2022-01-01.0",
      alertType: "VM_SuspectTempExecution",
      systemAlertId: name,
      productComponentName: "Servers",
      alertDisplayName: "Suspicious process on a host",
      description: "A process began in a place where none should.",
      severity: "High",
      intent: "Persistence, CredentialAccess",
      startTimeUtc: "2026-03-04T05:06:07.1234567Z",
      endTimeUtc: "2026-03-04T05:06:37.1234567Z",
      timeGeneratedUtc: "2026-03-04T05:26:07.9205455Z",
      processingEndTimeUtc: "2026-03-04T05:26:09Z",
      resourceIdentifiers: [
        {
          $id: "westeurope_1",
          type: "AzureResource",
          azureResourceId: `/SUBSCRIPTIONS/${subscription}/RESOURCEGROUPS/rg-pay/providers/Microsoft.Compute/virtualMachines/vm-pay-01`,
        },
        { type: "AAD", aadTenantId: "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b" },
      ],
      remediationSteps: [
        "Ask the owner.",
        '{"displayValue":"Read on","kind":"Link","value":"https://learn.microsoft.com/azure"}',
        '{"displayValue":"Click me","kind":"Link","value":"javascript:alert(1)"}',
      ],
      vendorName: "Microsoft",
      status: "Active",
      alertUri: `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${subscription}/location/westeurope`,
      productName: "Microsoft Defender for Cloud",
      entities: [
        { $id: "e1", type: "host", hostName: "vm-pay-01" },
        { $id: "e2", type: "ip", address: "198.51.100.7" },
        { $id: "e3", type: "process", commandLine: "/tmp/x", host: { $ref: "e1" }, parent: { $ref: "e3" } },
        { $id: "e4", type: "account", name: "svc", upnSuffix: "contoso.example" },
      ],
      extendedLinks: [{ Label: "More", Href: "https://learn.microsoft.com/" }],
      isIncident: false,
      correlationKey: "",
      extendedProperties: { "client IP Address": "198.51.100.7" },
      compromisedEntity: "vm-pay-01",
      techniques: ["T1059"],
      subTechniques: ["T1059.004"],
      supportingEvidence: { type: "none" },
      ...properties,
    } as { [key: string]: Json },
  };
}

/** Characters that often break programs: NUL, lone surrogates, bidi and zero-width characters, markup, quotes. */
const nasty = [
  ..."\u0000\ud800\udfff\u200b\u202e\u2028\u001b\r\n\t\"'\\<>&%{}[]$/:;,.=@",
  "😀",
  "𝕏",
  "é",
  "ß",
];
export const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.oneof(
      fc.constantFrom(...nasty),
      fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    ),
    maxLength: 60,
  }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "https://user:pass@evil.example/",
    "2026-02-30T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999Z",
    "infinity",
    "[object Object]",
    '{"kind":"Link","value":"https://x.example"}',
    "{",
  ),
  fc
    .tuple(
      fc.constantFrom("a", "\u0000", "\u200b", "😀", "\ud83d", "字"),
      fc.integer({ min: 250, max: 20_000 }),
    )
    .map(([unit, length]) => unit.repeat(length)),
);

const knownKeys = [
  "$id",
  "$ref",
  "type",
  "Type",
  "kind",
  "name",
  "value",
  "displayValue",
  "address",
  "hostName",
  "upnSuffix",
  "directory",
  "azureResourceId",
  "workspaceId",
  "aadTenantId",
  "Href",
  "Label",
];

/** Generates any JSON that a parser can return, with hostile texts as values and keys. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, 0, -0, 1e308, 12345678901234567000),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    anyText,
    fc.array(tie("value"), { maxLength: 6 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...knownKeys), anyText), tie("value")), { maxLength: 6 })
      .map((pairs): Json => Object.fromEntries(pairs)),
  ),
})).value;

/** Generates a good alert with some properties replaced, left out or added. Some alerts have another id, name or type. */
export const bentAlert: fc.Arbitrary<Json> = fc
  .record({
    replaced: fc.dictionary(fc.constantFrom(...Object.keys(goodAlert().properties)), anyJson, { maxKeys: 5 }),
    dropped: fc.subarray(Object.keys(goodAlert().properties)),
    entities: fc.option(fc.array(anyJson, { maxLength: 4 })),
    whole: fc.option(fc.dictionary(fc.constantFrom("id", "name", "type", "properties"), anyJson), {
      freq: 6,
    }),
  })
  .map(({ replaced, dropped, entities, whole }) => {
    const alert = goodAlert(replaced);
    for (const key of dropped) if (!(key in replaced)) delete alert.properties[key];
    if (entities) alert.properties.entities = entities;
    return { ...alert, ...whole } as Json;
  });

/** Returns `depth` lists, each inside the one before. */
export function nested(depth: number): Json {
  let value: Json = "bottom";
  for (let at = 0; at < depth; at++) value = [value];
  return value;
}
