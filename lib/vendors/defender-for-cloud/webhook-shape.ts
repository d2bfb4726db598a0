import type { Json } from "#lib/domain/detection.ts";
import type { JsonObject } from "../shared/json.ts";
import { canonicalKeys, objectIn } from "./body.ts";
import { canonicalKey, countingEntry, foldedKey, lowerFirst } from "./key-names.ts";

/**
 * Maps the names of an alert's properties in Resource Manager's format (2022-01-01) to those in workflow automation's flat
 * body. Contains only properties that mean the same in both formats (SecurityAlert.schema.json in Microsoft's Defender for
 * Cloud repository; aka.ms/ASCAutomationSchemas).
 */
const webhookKeys = {
  vendorName: "VendorName",
  alertType: "AlertType",
  productName: "ProductName",
  startTimeUtc: "StartTimeUtc",
  endTimeUtc: "EndTimeUtc",
  timeGeneratedUtc: "TimeGenerated",
  processingEndTimeUtc: "ProcessingEndTime",
  severity: "Severity",
  status: "Status",
  isIncident: "IsIncident",
  systemAlertId: "SystemAlertId",
  correlationKey: "CorrelationKey",
  intent: "Intent",
  // automation's schema has no techniques, but senders that know Resource Manager's put them here
  techniques: "Techniques",
  subTechniques: "SubTechniques",
  compromisedEntity: "CompromisedEntity",
  alertDisplayName: "AlertDisplayName",
  description: "Description",
  entities: "Entities",
  extendedLinks: "ExtendedLinks",
  remediationSteps: "RemediationSteps",
  extendedProperties: "ExtendedProperties",
  resourceIdentifiers: "ResourceIdentifiers",
  alertUri: "AlertUri",
} as const;
export type AlertProperty = keyof typeof webhookKeys;

/** Returns a body's keys, keyed by their folded form. Of keys that mean the same, the one with content counts. */
function keysOf(body: JsonObject): Map<string, string> {
  const keys = new Map<string, string>();
  for (const key of Object.keys(body)) {
    const folded = foldedKey(key);
    const other = keys.get(folded);
    keys.set(folded, other === undefined ? key : countingKey(body, other, key));
  }
  return keys;
}

function countingKey(body: JsonObject, one: string, other: string): string {
  const entries = [one, other].map((key): [string, Json] => [key, body[key] ?? null]);
  return countingEntry(entries, canonicalKey(one))?.[0] ?? one;
}

/** Reads a body's top-level values. Case and underscores in their names, and blanks around them, make no difference. */
export function topLevel(body: JsonObject): {
  body: JsonObject;
  key(name: string): string | null;
  value(name: string): Json | undefined;
} {
  const keys = keysOf(body);
  const key = (name: string) => keys.get(foldedKey(name)) ?? null;
  return {
    body,
    key,
    value: (name) => {
      const found = key(name);
      return found === null ? undefined : body[found];
    },
  };
}

/** Returns the key that an alert's property has in a flat body, or null if the body doesn't contain the property. */
export const webhookKeyOf = (body: JsonObject, property: AlertProperty): string | null =>
  topLevel(body).key(webhookKeys[property]);

/**
 * Converts a flat body to an alert's properties in Resource Manager's format. Nested names begin with a lower-case letter
 * in that format.
 */
export function propertiesOfWebhookAlert(body: JsonObject): JsonObject {
  const { value } = topLevel(body);
  const properties = Object.entries(webhookKeys).flatMap(([property, key]): [string, Json][] => {
    const found = value(key);
    return found === undefined || found === null
      ? []
      : [[property, property === "extendedProperties" ? withSmallNames(found) : canonicalKeys(found)]];
  });
  const mapped = Object.fromEntries(properties);
  // properties in Resource Manager's format that stand without their id
  const generated = value("TimeGeneratedUtc");
  if (mapped.timeGeneratedUtc === undefined && generated !== undefined) mapped.timeGeneratedUtc = generated;
  const resource = value("AzureResourceId");
  return {
    ...(typeof resource === "string" && resource
      ? { resourceIdentifiers: [{ type: "AzureResource", azureResourceId: resource }] }
      : {}),
    ...mapped,
    productComponentName:
      objectIn(mapped, "extendedProperties")?.productComponentName ?? value("ProductComponentName") ?? null,
  };
}

/** Returns extended properties with a small first letter in their names, as Resource Manager has them. */
function withSmallNames(value: Json): Json {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [lowerFirst(name), canonicalKeys(inner)]),
  );
}

/**
 * Returns the properties of an alert in Resource Manager's format. Rows of Resource Graph have the same id, but names that
 * begin with a capital letter.
 */
export function propertiesOfResource(properties: JsonObject): JsonObject {
  if (!Object.keys(properties).some((key) => /^[A-Z]/.test(key))) return properties;
  return { ...propertiesOfWebhookAlert(properties), ...canonicalKeys(properties) };
}
