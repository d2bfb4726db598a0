import type {
  AffectedResource,
  Entity,
  Json,
  NormalisedDetection,
  NormaliseResult,
} from "#lib/domain/detection.ts";
import { isTooDeep } from "#lib/domain/json.ts";
import { Severity } from "#lib/domain/words.ts";
import { cleanText, descriptionLengthMax, httpsUrl, shownText, titleLengthMax } from "#lib/domain/text.ts";
import { readMoment } from "../shared/moment.ts";
import { type JsonObject, listOf, objectOf, wordOf } from "../shared/json.ts";
import { collectIds, entityOf, resourceOf, textOrLink } from "./normalise-parts.ts";
import type { AlertRef } from "./ref.ts";
import { statusFrom } from "./status.ts";

export const idLengthMax = 1_024;
/** the remark on an alert without a title */
export const noTitleRemark = "It has no title.";
const armId =
  /^\/subscriptions\/([^/]+)\/(?:resourceGroups\/[^/]+\/)?providers\/Microsoft\.Security\/locations\/([^/]+)\/alerts\/([^/]+)$/i;

/**
 * Converts an ARM alert (2022-01-01) to a detection, or returns the reason why it can't. Pure and total: accepts any JSON and
 * never throws. Ids are returned in lower case, because Azure's ids ignore case.
 */
export function normalise(raw: Json): NormaliseResult<AlertRef> {
  const alert = objectOf(raw);
  const fullId = typeof alert.id === "string" ? alert.id.trim() : "";
  if (!fullId) return { ok: false, reason: "It has no id." };
  if (fullId.length > idLengthMax) return { ok: false, reason: "Its id is longer than 1,024 characters." };
  const found = armId.exec(fullId);
  if (!found) return { ok: false, reason: "Its id isn't the address of a Defender for Cloud alert." };
  const [, subscription = "", location = "", name = ""] = found;
  if (isTooDeep(raw)) return { ok: false, reason: "It is nested deeper than 64 levels." };
  const properties = objectOf(alert.properties);
  if (Object.keys(properties).length === 0) return { ok: false, reason: "It has no properties." };
  return normaliseProperties(properties, {
    subscription,
    location: wordOf(location, 64).toLowerCase(),
    name,
  });
}

/** An alert's subscription, location and name. `location` is null if the delivery doesn't name a location. */
type AlertPlace = { subscription: string; location: string | null; name: string };

/** Converts an alert's properties (2022-01-01) and its location to a detection and a ref. Pure and total. */
export function normaliseProperties(properties: JsonObject, place: AlertPlace) {
  const detection = detectionOf(properties, place);
  const { scopeId: subscriptionId, vendorAlertId: alertId } = detection;
  const ref = place.location ? { subscriptionId, location: place.location, alertId } : null;
  return { ok: true, detection, ref } as const;
}

function detectionOf(properties: JsonObject, place: AlertPlace): NormalisedDetection {
  const remarks: string[] = [];
  const title = shownText(properties.alertDisplayName, titleLengthMax);
  if (!title) remarks.push(noTitleRemark);
  const alertType = wordOf(properties.alertType);
  const resources = listOf(properties.resourceIdentifiers)
    .map(resourceOf)
    .filter((resource): resource is AffectedResource => resource !== null);
  const main = resources.find(({ kind }) => kind === "AzureResource") ?? resources[0];
  const severity = Severity.safeParse(wordOf(properties.severity).toLowerCase());
  const moment = (field: string) => {
    const read = readMoment(properties[field]);
    if (read === null && properties[field] !== undefined && properties[field] !== null)
      remarks.push(`${field} isn't a usable date.`);
    return read;
  };
  return {
    vendorAlertId: cleanText(place.name, idLengthMax).toLowerCase(),
    scopeId: cleanText(place.subscription, idLengthMax).toLowerCase(),
    title: title || alertType || "(alert without a title)",
    description: shownText(properties.description, descriptionLengthMax),
    alertType,
    severity: severity.success ? severity.data : "unknown",
    status: statusFrom(wordOf(properties.status)),
    vendorSeverity: wordOf(properties.severity),
    vendorStatus: wordOf(properties.status),
    isSample:
      /^SIMULATED_/i.test(alertType) || /\[SAMPLE ALERT\]/i.test(title) || /^sample alert/i.test(title),
    isIncident: properties.isIncident === true,
    product: wordOf(properties.productName),
    productComponent: wordOf(properties.productComponentName),
    resourceName: main?.name || wordOf(properties.compromisedEntity),
    resourceType: main?.resourceType ?? "",
    compromisedEntity: wordOf(properties.compromisedEntity),
    tactics: tacticsOf(properties.intent),
    techniques: [...listOf(properties.techniques), ...listOf(properties.subTechniques)]
      .map((technique) => wordOf(technique, 32))
      .filter(Boolean),
    resources,
    entities: entitiesOf(properties, remarks),
    extendedProperties: Object.entries(objectOf(properties.extendedProperties))
      .slice(0, 200)
      .map(([key, value]) => ({ name: wordOf(key), value: textOrLink(value) })),
    remediationSteps: listOf(properties.remediationSteps)
      .map(textOrLink)
      .filter((step) => step.text !== ""),
    links: listOf(properties.extendedLinks).map((entry) => {
      const link = objectOf(entry);
      const href = httpsUrl(link.Href ?? link.href);
      return { text: wordOf(link.Label ?? link.label) || (href ?? ""), href };
    }),
    vendorUrl: httpsUrl(properties.alertUri),
    startedAt: moment("startTimeUtc"),
    endedAt: moment("endTimeUtc"),
    generatedAt: moment("timeGeneratedUtc"),
    version: wordOf(properties.version),
    remarks,
  };
}

function tacticsOf(intent: Json | undefined): string[] {
  const words = wordOf(intent)
    .split(",")
    .map((word) => word.trim());
  return [...new Set(words)].filter((word) => word !== "" && word.toLowerCase() !== "unknown").slice(0, 20);
}

/**
 * the maximum length of all entities of an alert together; without a maximum, references could make a small body expand
 * endlessly
 */
const entitiesLengthMax = 100_000;

function entitiesOf(properties: JsonObject, remarks: string[]): Entity[] {
  const byId = collectIds(properties.entities);
  const entities: Entity[] = [];
  let length = 0;
  for (const value of listOf(properties.entities)) {
    const entity = entityOf(value, byId);
    if (!entity) continue;
    length += entity.fields.reduce((sum, field) => sum + field.label.length + field.value.length, 0);
    if (length > entitiesLengthMax) {
      remarks.push("It has more entities than are shown; the alert as received has them all.");
      break;
    }
    entities.push(entity);
  }
  return entities;
}
