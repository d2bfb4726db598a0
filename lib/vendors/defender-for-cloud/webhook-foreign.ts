import type { Json } from "#lib/domain/detection.ts";
import { shownText } from "#lib/domain/text.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import { objectIn } from "./body.ts";
import { armIdOf } from "./names.ts";
import { onlyScalar } from "./scalars.ts";
import { topLevel } from "./webhook-shape.ts";

type Top = ReturnType<typeof topLevel>;

const own =
  "Post Defender for Cloud's own alerts: let its workflow automation start the Logic App, and use @triggerBody() as the body.";

const isText = (value: Json | undefined) => typeof value === "string" && value !== "";
const has = (top: Top, ...names: string[]) => names.every((name) => top.key(name) !== null);
const wordAt = (top: Top, name: string): string => {
  const value = top.value(name);
  return typeof value === "string" ? value : "";
};
const isJsonText = (value: Json | undefined, first: string) =>
  typeof value === "string" && value.trimStart().startsWith(first);

/**
 * The products that also post to webhooks, each with the columns that identify its objects and the reason to show. The
 * columns come from Microsoft's schemas and from recorded bodies.
 */
const products: { matches(top: Top): boolean; reason(top: Top): string }[] = [
  {
    matches: (top) => wordAt(top, "eventType") === "Microsoft.EventGrid.SubscriptionValidationEvent",
    reason: () => `It is Event Grid's validation event, not an alert. ${own}`,
  },
  {
    matches: (top) => has(top, "changeType", "resource") && has(top, "subscriptionExpirationDateTime"),
    reason: () => `It is a change notification of Microsoft Graph, which contains no alert. ${own}`,
  },
  {
    matches: (top) =>
      wordAt(top, "@odata.type").startsWith("#microsoft.graph.security") ||
      (has(top, "providerAlertId") && !has(top, "SystemAlertId")) ||
      has(top, "alertWebUrl") ||
      has(top, "incidentWebUrl") ||
      has(top, "serviceSource", "detectionSource") ||
      has(top, "vendorInformation", "azureTenantId"),
    reason: () =>
      `It is an alert of Microsoft Defender XDR (Microsoft Graph), whose id isn't Defender for Cloud's. ${own}`,
  },
  {
    matches: (top) => has(top, "alertCreationTime", "machineId"),
    reason: () => `It is an alert of Microsoft Defender for Endpoint, not of Defender for Cloud. ${own}`,
  },
  {
    matches: (top) => wordAt(top, "category").startsWith("AdvancedHunting-"),
    reason: () => `It is an event of Microsoft Defender XDR's streaming API, not an alert. ${own}`,
  },
  {
    matches: (top) =>
      has(top, "VendorOriginalId") ||
      has(top, "ProviderAlertId") ||
      has(top, "AlertSeverity") ||
      has(top, "AlertLink") ||
      has(top, "SourceSystem", "SystemAlertId") ||
      has(top, "ProviderName", "SystemAlertId") ||
      (has(top, "DisplayName", "SystemAlertId") && !has(top, "AlertDisplayName")) ||
      // columns of the table that workflow automation doesn't have
      (has(top, "SystemAlertId") &&
        !isFlatResource(top) &&
        ["TenantId", "ResourceId"].some((name) => has(top, name))) ||
      /sentinel/i.test(wordAt(top, "ProductName")) ||
      wordAt(top, "Type") === "SecurityAlert" ||
      (has(top, "SystemAlertId") &&
        (isJsonText(top.value("Entities"), "[") || isJsonText(top.value("ExtendedProperties"), "{"))),
    reason: () =>
      `It is a row of Log Analytics' SecurityAlert table, as Microsoft Sentinel has it. Its id isn't Defender for Cloud's, and the subscription in it may be the workspace's. ${own}`,
  },
  {
    matches: (top) =>
      /^(?:incident|alert|entity)$/i.test(wordAt(top, "objectSchemaType")) ||
      /\/providers\/Microsoft\.SecurityInsights\//i.test(
        wordAt(top, "id") || wordAt(topLevel(objectOf(top.value("object"))), "id"),
      ),
    reason: () =>
      `It is an incident or alert of Microsoft Sentinel, not an alert of Defender for Cloud. ${own}`,
  },
  {
    matches: (top) => /\/providers\/Microsoft\.Security\/(?:sub)?assessments\//i.test(wordAt(top, "id")),
    reason: () =>
      "It is a recommendation of Defender for Cloud, not an alert. Have the workflow automation start on security alerts only.",
  },
  {
    matches: (top) => otherTypeOf(top) !== null,
    reason: (top) =>
      `It is an object of Defender for Cloud of the type ${shownText(otherTypeOf(top), 64)}, not an alert. Have the workflow automation start on security alerts only.`,
  },
  {
    matches: (top) => has(top, "SystemAlertId_s"),
    reason: () =>
      `It is a row of a custom table of Log Analytics, whose columns end in _s, not the alert itself. ${own}`,
  },
  {
    matches: (top) =>
      !has(top, "properties") && Object.keys(top.body).some((key) => /^properties[._]\w/i.test(key)),
    reason: () =>
      "It is the row of a query that took the alert's properties apart. Project `id` and `properties` as they are, and post the row.",
  },
  {
    matches: (top) => has(top, "tables") || has(top, "columns", "rows"),
    reason: () =>
      `It is a table with the results of a query, as Log Analytics and Resource Graph give them, not an alert. ${own}`,
  },
  {
    matches: (top) =>
      /^(?:MessageCard|AdaptiveCard)$/.test(wordAt(top, "@type") || wordAt(top, "type")) ||
      has(top, "attachments") ||
      has(top, "blocks") ||
      (has(top, "text") &&
        Object.keys(top.body).every((key) => /^(?:text|channel|username|icon_.*)$/.test(key))),
    reason: () => `It is a message for a chat, such as Teams or Slack, not an alert. ${own}`,
  },
  {
    matches: (top) =>
      /^(?:Activated|Deactivated|Resolved)$/i.test(wordAt(top, "status")) &&
      has(topLevel(objectOf(top.value("context"))), "resourceId"),
    reason: monitorReason,
  },
  {
    matches: (top) => has(top, "operationName") && activityOf(top) !== null,
    reason: (top) => activityReason(activityOf(top) ?? ""),
  },
  {
    matches: (top) => wordAt(top, "schemaId") !== "",
    reason: monitorReason,
  },
];

/** Returns the sentence that names the product of a foreign object, or null if no product is recognised. Pure and total. */
export function foreignReason(value: Json): string | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const top = topLevel(value);
  return products.find(({ matches }) => matches(top))?.reason(top) ?? null;
}

/** Returns the type of an object of Defender for Cloud that is no alert, such as "secureScores"; null for anything else. */
function otherTypeOf(top: Top): string | null {
  const [, type = ""] = /\/providers\/Microsoft\.Security\/([a-z]+)\//i.exec(wordAt(top, "id")) ?? [];
  return type && !/^(?:locations|alerts)$/i.test(type) ? type : null;
}

/** Returns the id of the resource that an event of the Activity Log is about; null if the object isn't such an event. */
function activityOf(top: Top): string | null {
  const ids = ["resourceId", "resourceUri"].map((name) => top.value(name));
  const found = ids.map((id) => (typeof id === "string" ? id : objectOf(id).id)).find(isText);
  return typeof found === "string" ? found : null;
}

function activityReason(resourceId: string): string {
  const alert = /\/providers\/Microsoft\.Security\/locations\/[^/]+\/alerts\/([^/]+)/i.exec(resourceId)?.[1];
  const about = alert ? ` about alert ${shownText(alert, 128)}, which the next poll reads` : "";
  return `It is an event of the Azure Activity Log${about}; its own id isn't an alert's. ${own}`;
}

/** Returns the reason for a message of Azure Monitor, such as an action group's. */
function monitorReason(top: Top): string {
  const data = topLevel(objectOf(top.value("data")));
  const context = topLevel(objectOf(data.value("context")));
  const event = objectOf(context.value("activityLog") ?? data.value("alertContext"));
  const resourceId = activityOf(topLevel(event));
  if (has(topLevel(event), "operationName")) return activityReason(resourceId ?? "");
  return wordAt(top, "schemaId") === "azureMonitorCommonAlertSchema"
    ? `It is an Azure Monitor alert (common alert schema), not one of Defender for Cloud's. ${own}`
    : `It is a message of an Azure Monitor action group, not an alert of Defender for Cloud. ${own}`;
}

/**
 * Whether an object has the form of an alert: the flat form of workflow automation, Resource Manager's, or that of Azure's
 * SDKs, which put the properties beside the id. An envelope may have an id and properties of its own.
 */
export function isAlertShaped(value: JsonObject): boolean {
  const top = topLevel(value);
  if (top.key("SystemAlertId") !== null || isFlatResource(top)) return true;
  const id = onlyScalar(top.value("id"));
  const properties = objectIn({ properties: top.value("properties") ?? null }, "properties") ?? {};
  if (typeof id !== "string" || Object.keys(properties).length === 0) return false;
  const inner = topLevel(properties);
  return (
    isAlertId(id) ||
    ["SystemAlertId", "AlertDisplayName", "AlertType"].some((name) => inner.key(name) !== null)
  );
}

const isAlertId = (id: string) =>
  /\/providers\/Microsoft\.Security\/locations\/[^/]+\/alerts\/[^/]+$/i.test(armIdOf(id) ?? "");

/** Whether an object is an alert as Azure's SDKs return it: with the id of an alert and its properties beside the id. */
export const isFlatResource = (top: Top): boolean =>
  !top.key("properties") &&
  isAlertId(wordAt(top, "id")) &&
  (has(top, "AlertDisplayName") || has(top, "AlertType"));
