import type { Alert } from "../azure/seed-alerts.ts";
import { isObject } from "./expressions.ts";

type Raw = Record<string, unknown>;

/**
 * Returns the body that a workflow automation posts to a Logic App for an alert. The body is flat, has keys in PascalCase,
 * and has no ARM id (SecurityAlert.schema.json, aka.ms/ASCAutomationSchemas).
 */
export function alertBody(alert: Alert): Raw {
  const { properties } = alert;
  const identifiers = (properties.resourceIdentifiers ?? []) as Raw[];
  const workspace = identifiers.find(({ type }) => type === "LogAnalytics");
  const rename = renamer();
  return {
    VendorName: properties.vendorName,
    AlertType: properties.alertType,
    ProductName: properties.productName,
    StartTimeUtc: properties.startTimeUtc,
    EndTimeUtc: properties.endTimeUtc,
    TimeGenerated: properties.timeGeneratedUtc,
    ProcessingEndTime: properties.processingEndTimeUtc,
    Severity: properties.severity,
    Status: { Active: "New", Resolved: "Resolved", Dismissed: "Dismissed", InProgress: "Unknown" }[
      properties.status
    ],
    ProviderAlertStatus: null,
    ConfidenceLevel: null,
    ConfidenceScore: null,
    ConfidenceReasons: null,
    IsIncident: properties.isIncident,
    SystemAlertId: properties.systemAlertId,
    CorrelationKey: properties.correlationKey || null,
    Intent: properties.intent,
    AzureResourceId: identifiers.find(({ type }) => type === "AzureResource")?.azureResourceId ?? null,
    WorkspaceId: workspace?.workspaceId ?? null,
    WorkspaceSubscriptionId: workspace?.workspaceSubscriptionId ?? null,
    WorkspaceResourceGroup: workspace?.workspaceResourceGroup ?? null,
    AgentId: workspace?.agentId ?? null,
    CompromisedEntity: properties.compromisedEntity,
    AlertDisplayName: properties.alertDisplayName,
    Description: properties.description,
    // a new symbol makes each get a number of its own: Azure numbers them apart from the entities
    ResourceIdentifiers: identifiers.map((identifier) => rename({ ...identifier, $id: Symbol() })),
    Entities: ((properties.entities ?? []) as Raw[]).map((entity) => rename(entity, true)),
    ExtendedLinks: properties.extendedLinks ?? null,
    RemediationSteps: properties.remediationSteps ?? [],
    ExtendedProperties: extendedPropertiesOf(properties),
    AlertUri: properties.alertUri,
  };
}

/**
 * Returns a function that capitalises a value's keys and renumbers its `$id` and `$ref`. The numbers continue from call to
 * call, because a body has several such values. With `isNumbered`, a value without `$id` gets one.
 */
function renamer(): (value: unknown, isNumbered?: boolean) => unknown {
  const numbers = new Map<unknown, string>();
  const numberOf = (id: unknown) => {
    const known = numbers.get(id);
    if (known) return known;
    const next = String(numbers.size + 1);
    numbers.set(id, next);
    return next;
  };
  const rename = (value: unknown, isNumbered = false): unknown => {
    if (Array.isArray(value)) return value.map((element) => rename(element));
    if (!isObject(value)) return value;
    if ("$ref" in value) return { $ref: numberOf(value.$ref) };
    const { $id = isNumbered ? Symbol() : undefined, ...rest } = value;
    // an object gets its number before the objects within it
    const numbered = $id === undefined ? {} : { $id: numberOf($id) };
    const renamed = Object.entries(rest).map(([key, member]) => [capitalised(key), rename(member)]);
    return { ...numbered, ...Object.fromEntries(renamed) };
  };
  return rename;
}

function extendedPropertiesOf(properties: Raw): Raw {
  const renamed = Object.entries((properties.extendedProperties ?? {}) as Raw).map(([key, value]) => [
    // real bodies leave this one key as it is
    key === "resourceType" ? key : capitalised(key),
    value,
  ]);
  const component = properties.productComponentName
    ? { ProductComponentName: properties.productComponentName }
    : {};
  return { ...Object.fromEntries(renamed), ...component };
}

const capitalised = (key: string) => key.charAt(0).toUpperCase() + key.slice(1);
