import type { Json, NormaliseResult } from "#lib/domain/detection.ts";
import { isTooDeep } from "#lib/domain/json.ts";
import type { WebhookAlert, WebhookReading } from "../contract.ts";
import { readAlertPage } from "./alert-page.ts";
import { canonicalTop, extendedProperty, objectIn } from "./body.ts";
import { armIdOf } from "./names.ts";
import { alertIdOf, isNoFlatId, noIdReason } from "./alert-id.ts";
import { idLengthMax, noTitleRemark, normalise, normaliseProperties } from "./normalise.ts";
import { readMoment } from "../shared/moment.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import type { AlertRef } from "./ref.ts";
import { resourceOf, resourcesIn } from "./resources.ts";
import { onlyScalar, withScalars } from "./scalars.ts";
import { foreignReason, isAlertShaped, isFlatResource } from "./webhook-foreign.ts";
import { propertiesOfResource, propertiesOfWebhookAlert, topLevel } from "./webhook-shape.ts";
import { type Recognised, unwrap, wrapperNote, wrapperReason } from "./webhook-wrappers.ts";

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** the most alerts that one delivery may bring, wrapped or not */
const alertsMax = 500;

/**
 * Reads a body that a Logic App posted for Defender for Cloud (docs/decisions/0015, 0027). Alerts inside a known wrapper are
 * unwrapped. Pure and total.
 */
export function readWebhook(body: Json): WebhookReading<AlertRef> {
  if (Array.isArray(body) && body.length === 0)
    return { kind: "unrecognised", reason: "It is an empty list." };
  const found = unwrap(body, recognised, alertsMax);
  if (found.length === 0) return { kind: "unrecognised", reason: "It holds empty lists only." };
  const [only] = found;
  if (found.length === 1 && only && !Array.isArray(body) && isHeartbeat(only.value)) {
    const named = topLevel(objectOf(only.value)).value("subscriptionId");
    return {
      kind: "heartbeat",
      scopeId: typeof named === "string" && guid.test(named) ? named.toLowerCase() : null,
    };
  }
  if (found.length > alertsMax)
    return {
      kind: "unrecognised",
      reason: `It holds more than ${alertsMax} alerts. Send fewer at a time.`,
    };
  const alerts = found.map(({ value, within }) => ({ ...alertOf(value), ...(within ? { within } : {}) }));
  return { kind: "alerts", alerts, note: alerts.some(({ result }) => result.ok) ? wrapperNote(found) : null };
}

function isHeartbeat(value: Json): boolean {
  const mark = topLevel(objectOf(value)).value("pocketsoc");
  return typeof mark === "string" && mark.toLowerCase() === "heartbeat";
}

const isOurs = (value: Json): boolean => isAlertShaped(objectOf(value)) || isHeartbeat(value);

/** An alert, a heartbeat or another product's object is recognised, so nothing inside it is looked for. */
const recognised: Recognised = {
  any: (value) => isOurs(value) || foreignReason(value) !== null,
  alert: isOurs,
};

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
  const foreign = foreignReason(value);
  if (foreign) return refused(foreign);
  const top = topLevel(value);
  if (isFlatResource(top) || (typeof onlyScalar(top.value("id")) === "string" && top.key("properties")))
    return withTitle(resourceAlert(value));
  if (top.key("SystemAlertId")) return withTitle(flatAlert(value));
  return refused(
    wrapperReason(value) ??
      "It has neither a SystemAlertId, as alerts of workflow automation have, nor an id with properties, as Resource Manager's have.",
  );
}

/** Refuses an alert that has neither a title nor a type, because nobody could tell what it is about. */
function withTitle(alert: WebhookAlert<AlertRef>): WebhookAlert<AlertRef> {
  const { result } = alert;
  if (!result.ok || result.detection.alertType || !result.detection.remarks.includes(noTitleRemark))
    return alert;
  const reason =
    "It has neither an AlertDisplayName nor an AlertType, so it isn't Defender for Cloud's own alert.";
  return { ...alert, scopeId: null, result: { ok: false, reason } };
}

/** Reads an alert in Resource Manager's format: `{ id, name, properties }`. */
function resourceAlert(value: JsonObject): WebhookAlert<AlertRef> {
  const top = topLevel(value);
  const within = isFlatResource(top)
    ? value
    : objectIn({ properties: top.value("properties") ?? null }, "properties");
  const properties = withScalars(canonicalTop(propertiesOfResource(within ?? {})));
  const read = normalise({ id: top.value("id") ?? null, properties });
  const result =
    read.ok && !guid.test(read.detection.scopeId)
      ? ({ ok: false, reason: "The subscription in its id is no GUID." } as const)
      : withOwnLink(read, properties.alertUri);
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
  const properties = withScalars(propertiesOfWebhookAlert(value));
  const given = onlyScalar(top.value("SystemAlertId"));
  const scopeId = subscriptionOf(value, properties);
  const alert = { schema: "push", value, scopeId, at: timeOf(properties) } as const;
  const fail = (reason: string): WebhookAlert<AlertRef> => ({ ...alert, result: { ok: false, reason } });
  if (typeof given !== "string" || !given.trim()) return fail("Its SystemAlertId is empty or no text.");
  if (given.length > idLengthMax) return fail("Its SystemAlertId is longer than 1,024 characters.");
  const id = alertIdOf(given);
  if (isNoFlatId(id)) return fail(noIdReason(id));
  if (!scopeId) return fail("It names no subscription: neither AlertUri nor a resource of it does.");
  const place = {
    subscription: scopeId,
    resourceGroup: null,
    location: locationOf(properties.alertUri),
    name: id,
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
  readMoment(properties.processingEndTimeUtc, "Z") ?? readMoment(properties.timeGeneratedUtc, "Z");

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
    ...resourcesIn(properties, new Map()).map((resource) => resourceOf(resource)?.id),
  ];
  for (const text of within) {
    const found = typeof text === "string" ? subscriptionIn(text) : null;
    if (found) return found;
  }
  // a workspace's subscription says nothing: workspaces collect from many subscriptions
  const found = extendedProperty(objectIn(properties, "extendedProperties") ?? {}, "effectiveSubscriptionId");
  return typeof found === "string" && guid.test(found) ? found.toLowerCase() : null;
}

/** Returns the subscription in a resource's id or in the address of an alert's page; null if there is none. */
function subscriptionIn(text: string): string | null {
  const found = /\/subscriptions?(?:Id)?\/+\{?([0-9a-f-]{36})\}?(?:[/?#]|$)/i.exec(
    armIdOf(text) ?? text,
  )?.[1];
  return found && guid.test(found) ? found.toLowerCase() : null;
}
