import type { Json, NormaliseResult } from "#lib/domain/detection.ts";
import { isTooDeep } from "#lib/domain/json.ts";
import type { WebhookAlert, WebhookReading } from "../contract.ts";
import { readAlertPage } from "./alert-page.ts";
import { canonicalTop } from "./body.ts";
import { idLengthMax, normalise, normaliseProperties } from "./normalise.ts";
import { readMoment } from "../shared/moment.ts";
import { type JsonObject, listOf, objectOf } from "../shared/json.ts";
import type { AlertRef } from "./ref.ts";
import { propertiesOfWebhookAlert, topLevel } from "./webhook-shape.ts";

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads a body that a Logic App posted for Defender for Cloud (docs/decisions/0015). Pure and total. */
export function readWebhook(body: Json): WebhookReading<AlertRef> {
  if (Array.isArray(body)) {
    if (body.length === 0) return { kind: "unrecognised", reason: "It is an empty list." };
    return { kind: "alerts", alerts: body.map(alertOf) };
  }
  const top = topLevel(objectOf(body));
  const mark = top.value("pocketsoc");
  if (typeof mark === "string" && mark.toLowerCase() === "heartbeat") {
    const named = top.value("subscriptionId");
    return {
      kind: "heartbeat",
      scopeId: typeof named === "string" && guid.test(named) ? named.toLowerCase() : null,
    };
  }
  return { kind: "alerts", alerts: [alertOf(body)] };
}

function alertOf(value: Json): WebhookAlert<AlertRef> {
  const refused = (reason: string): WebhookAlert<AlertRef> => ({
    schema: "unknown",
    value,
    scopeId: null,
    at: null,
    result: { ok: false, reason },
  });
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return refused("It is no JSON object.");
  if (isTooDeep(value)) return refused("It is nested deeper than 64 levels.");
  const top = topLevel(value);
  if (top.value("schemaId") === "azureMonitorCommonAlertSchema")
    return refused("It is an Azure Monitor alert (common alert schema), not one of Defender for Cloud's.");
  if (typeof top.value("id") === "string" && top.key("properties")) return resourceAlert(value);
  if (top.key("SystemAlertId")) return flatAlert(value);
  return refused(
    "It has neither a SystemAlertId, as alerts of workflow automation have, nor an id with properties, as Resource Manager's have.",
  );
}

/** Reads an alert in Resource Manager's format: `{ id, name, properties }`. */
function resourceAlert(value: JsonObject): WebhookAlert<AlertRef> {
  const top = topLevel(value);
  const properties = objectOf(top.value("properties"));
  const read = normalise({ id: top.value("id") ?? null, properties });
  const result =
    read.ok && !guid.test(read.detection.scopeId)
      ? ({ ok: false, reason: "The subscription in its id is no GUID." } as const)
      : withOwnLink(read, canonicalTop(properties).alertUri);
  return {
    schema: "resource",
    value,
    scopeId: result.ok ? result.detection.scopeId : null,
    at: timeOf(properties),
    result,
  };
}

/** Reads an alert in the flat format of workflow automation, which has no Resource Manager id. */
function flatAlert(value: JsonObject): WebhookAlert<AlertRef> {
  const top = topLevel(value);
  const properties = propertiesOfWebhookAlert(value);
  const id = top.value("SystemAlertId");
  const scopeId = subscriptionOf(value, properties);
  const alert = { schema: "push", value, scopeId, at: timeOf(properties) } as const;
  const fail = (reason: string): WebhookAlert<AlertRef> => ({ ...alert, result: { ok: false, reason } });
  if (typeof id !== "string" || !id.trim()) return fail("Its SystemAlertId is empty or no text.");
  if (id.length > idLengthMax) return fail("Its SystemAlertId is longer than 1,024 characters.");
  if (!scopeId) return fail("It names no subscription: neither AlertUri nor a resource of it does.");
  const place = {
    subscription: scopeId,
    resourceGroup: null,
    location: locationOf(properties.alertUri),
    name: id.trim(),
    portal: null,
  };
  return { ...alert, result: withOwnLink(normaliseProperties(properties, place), properties.alertUri) };
}

/**
 * Removes an alert's link to the Azure portal unless the body names this alert's page, because nothing else says which of
 * Azure's portals shows the alert.
 */
function withOwnLink(
  result: NormaliseResult<AlertRef>,
  alertUri: Json | undefined,
): NormaliseResult<AlertRef> {
  if (!result.ok) return result;
  const { vendorAlertId, scopeId } = result.detection;
  const page = readAlertPage(alertUri);
  const isOwn =
    page?.alertId.toLowerCase() === vendorAlertId && page.subscriptionId?.toLowerCase() === scopeId;
  return isOwn ? result : { ...result, detection: { ...result.detection, vendorUrl: null } };
}

const timeOf = (properties: JsonObject) =>
  readMoment(properties.processingEndTimeUtc) ?? readMoment(properties.timeGeneratedUtc);

/**
 * Returns the location in the address of an alert's page (`…/location/westeurope`). Azure puts the same location into the
 * alert's id.
 */
function locationOf(alertUri: Json | undefined): string | null {
  if (typeof alertUri !== "string") return null;
  return /\/location\/([a-z0-9]{1,64})(?:[/?#]|$)/i.exec(alertUri)?.[1]?.toLowerCase() ?? null;
}

/** Returns the subscription id from the address of the alert's page, or else from the alert's resources or properties. */
function subscriptionOf(body: JsonObject, properties: JsonObject): string | null {
  const top = topLevel(body);
  const within = [
    properties.alertUri,
    top.value("AzureResourceId"),
    ...listOf(properties.resourceIdentifiers).map(resourceIdOf),
  ];
  for (const text of within) {
    const found =
      typeof text === "string" && /\/subscriptions?(?:Id)?\/([0-9a-f-]{36})(?:[/?#]|$)/i.exec(text)?.[1];
    if (found && guid.test(found)) return found.toLowerCase();
  }
  const named = [
    objectOf(properties.extendedProperties).effectiveSubscriptionId,
    top.value("WorkspaceSubscriptionId"),
  ];
  const found = named.find((text) => typeof text === "string" && guid.test(text));
  return typeof found === "string" ? found.toLowerCase() : null;
}

const resourceIdOf = (value: Json) => objectOf(value).azureResourceId;
