import type { Json } from "#lib/domain/detection.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";

/**
 * Each property of an alert (2022-01-01), by its name in the flat body that workflow automation posts. Only
 * those of which the push says nothing else than the alert does (SecurityAlert.schema.json of Microsoft's
 * Defender for Cloud repository; aka.ms/ASCAutomationSchemas).
 */
const pushKeys = {
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
export type AlertProperty = keyof typeof pushKeys;

/** A body's own keys by their lower-case form; of several, the last, as with a name given twice. */
const keysOf = (body: JsonObject) => new Map(Object.keys(body).map((key) => [key.toLowerCase(), key]));

/** Reads a body's top-level values whatever the case of their names. */
export function topLevel(body: JsonObject): {
  key(name: string): string | null;
  value(name: string): Json | undefined;
} {
  const keys = keysOf(body);
  const key = (name: string) => keys.get(name.toLowerCase()) ?? null;
  return {
    key,
    value: (name) => {
      const found = key(name);
      return found === null ? undefined : body[found];
    },
  };
}

/** The name that a property of an alert has in a flat body; null when it isn't there. */
export const webhookKeyOf = (body: JsonObject, property: AlertProperty): string | null =>
  topLevel(body).key(pushKeys[property]);

/** A flat body's values as an alert's properties; names inside lists begin in lower case there. */
export function propertiesOfWebhookAlert(body: JsonObject): JsonObject {
  const { value } = topLevel(body);
  const properties = Object.entries(pushKeys).flatMap(([property, key]): [string, Json][] => {
    const found = value(key);
    return found === undefined || found === null ? [] : [[property, lowerFirst(found)]];
  });
  const p = Object.fromEntries(properties);
  const resource = value("AzureResourceId");
  return {
    ...(typeof resource === "string" && resource
      ? { resourceIdentifiers: [{ type: "AzureResource", azureResourceId: resource }] }
      : {}),
    ...p,
    productComponentName: objectOf(p.extendedProperties).productComponentName ?? null,
  };
}

/** Every name of an object, at any depth (64 at most, the door sees to it), with its first letter in lower case. */
function lowerFirst(value: Json): Json {
  if (Array.isArray(value)) return value.map(lowerFirst);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.slice(0, 1).toLowerCase() + key.slice(1),
      lowerFirst(inner),
    ]),
  );
}
