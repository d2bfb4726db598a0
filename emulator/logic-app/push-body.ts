import type { Alert } from "../azure/seed-alerts.ts";
import { isObject } from "./expressions.ts";

type Raw = Record<string, unknown>;

/**
 * What a workflow automation hands to a Logic App for an alert: flat, in PascalCase, without the ARM id. Shape from
 * SecurityAlert.schema.json (aka.ms/ASCAutomationSchemas) and the real bodies that were published.
 */
export function pushBody(alert: Alert): Raw {
  const held = alert.properties;
  const identifiers = (held.resourceIdentifiers ?? []) as Raw[];
  const workspace = identifiers.find((one) => one.type === "LogAnalytics");
  const rename = renamer();
  return {
    VendorName: held.vendorName,
    AlertType: held.alertType,
    ProductName: held.productName,
    StartTimeUtc: held.startTimeUtc,
    EndTimeUtc: held.endTimeUtc,
    TimeGenerated: held.timeGeneratedUtc,
    ProcessingEndTime: held.processingEndTimeUtc,
    Severity: held.severity,
    Status: { Active: "New", Resolved: "Resolved", Dismissed: "Dismissed", InProgress: "Unknown" }[
      held.status
    ],
    ProviderAlertStatus: null,
    ConfidenceLevel: null,
    ConfidenceScore: null,
    ConfidenceReasons: null,
    IsIncident: held.isIncident,
    SystemAlertId: held.systemAlertId,
    CorrelationKey: held.correlationKey || null,
    Intent: held.intent,
    AzureResourceId: identifiers.find((one) => one.type === "AzureResource")?.azureResourceId ?? null,
    WorkspaceId: workspace?.workspaceId ?? null,
    WorkspaceSubscriptionId: workspace?.workspaceSubscriptionId ?? null,
    WorkspaceResourceGroup: workspace?.workspaceResourceGroup ?? null,
    AgentId: workspace?.agentId ?? null,
    CompromisedEntity: held.compromisedEntity,
    AlertDisplayName: held.alertDisplayName,
    Description: held.description,
    // numbered anew: Azure counts them apart from the entities
    ResourceIdentifiers: identifiers.map((one) => rename({ ...one, $id: Symbol() })),
    Entities: ((held.entities ?? []) as Raw[]).map((one) => rename(one, true)),
    ExtendedLinks: held.extendedLinks ?? null,
    RemediationSteps: held.remediationSteps ?? [],
    ExtendedProperties: extendedProperties(held),
    AlertUri: held.alertUri,
  };
}

/** Gives keys a capital, each numbered object (and what `always` says) a small number of this body in `$id`. */
function renamer(): (value: unknown, always?: boolean) => unknown {
  const numbers = new Map<unknown, string>();
  let given = 0;
  const numberOf = (id: unknown) => {
    const known = numbers.get(id);
    if (known) return known;
    const made = String(++given);
    numbers.set(id, made);
    return made;
  };
  const rename = (value: unknown, always = false): unknown => {
    if (Array.isArray(value)) return value.map((one) => rename(one));
    if (!isObject(value)) return value;
    if ("$ref" in value) return { $ref: numberOf(value.$ref) };
    const { $id = always ? Symbol() : undefined, ...rest } = value;
    // numbered before what it holds
    const numbered = $id === undefined ? {} : { $id: numberOf($id) };
    const renamed = Object.entries(rest).map(([key, one]) => [capital(key), rename(one)]);
    return { ...numbered, ...Object.fromEntries(renamed) };
  };
  return rename;
}

function extendedProperties(held: Raw): Raw {
  // the one key that real bodies leave as it is
  const named = Object.entries((held.extendedProperties ?? {}) as Raw).map(([key, value]) => [
    key === "resourceType" ? key : capital(key),
    value,
  ]);
  const component = held.productComponentName ? { ProductComponentName: held.productComponentName } : {};
  return { ...Object.fromEntries(named), ...component };
}

const capital = (key: string) => key.charAt(0).toUpperCase() + key.slice(1);
