import type {
  AffectedResource,
  Entity,
  Json,
  NormalisedDetection,
  NormaliseResult,
} from "#lib/domain/detection.ts";
import { isTooDeep } from "#lib/domain/json.ts";
import { cleanText, descriptionLengthMax, titleLengthMax, wordLengthMax } from "#lib/domain/text.ts";
import { readMoment } from "../shared/moment.ts";
import { type JsonObject, listOf, objectOf } from "../shared/json.ts";
import { alertPageUrl, publicPortal, readAlertPage } from "./alert-page.ts";
import { canonicalKeys, canonicalTop, entriesIn, objectIn, objectsIn, structured } from "./body.ts";
import { collectIds, entitiesIn, entityOf, type References } from "./entities.ts";
import { alertIdOf, isNoId, noIdReason } from "./alert-id.ts";
import { fieldsLeftOut } from "./left-out.ts";
import { armIdOf } from "./names.ts";
import type { AlertRef } from "./ref.ts";
import { nameOfAlert, resourceOf, resourcesIn } from "./resources.ts";
import { statusFrom } from "./status.ts";
import { onlyScalar, withScalars } from "./scalars.ts";
import { saysNothing, scalarOf, textsOf, wordsOf } from "./texts.ts";
import { linksIn } from "./extended-links.ts";
import { severityFrom, tacticsFrom, techniquesFrom } from "./word-meanings.ts";

export const idLengthMax = 1_024;
/** the remark on an alert without a title */
export const noTitleRemark = "It has no title.";
const armId =
  /^\/subscriptions\/([^/]+)\/(?:resourceGroups\/([^/]+)\/)?providers\/Microsoft\.Security\/locations\/([^/]+)\/alerts\/([^/]+)$/i;

/**
 * Converts an ARM alert (2022-01-01) to a detection, or returns the reason why it can't. Pure and total: accepts any JSON and
 * never throws. Ids are returned in lower case, because Azure's ids ignore case. Keys may have any case.
 */
export function normalise(raw: Json): NormaliseResult<AlertRef> {
  const alert = canonicalTop(objectOf(raw));
  const only = onlyScalar(alert.id);
  const given = typeof only === "string" ? only.trim() : "";
  const fullId = armIdOf(given) ?? given;
  if (!fullId) return { ok: false, reason: "It has no id." };
  if (fullId.length > idLengthMax) return { ok: false, reason: "Its id is longer than 1,024 characters." };
  const found = armId.exec(fullId);
  if (!found) return { ok: false, reason: "Its id isn't the address of a Defender for Cloud alert." };
  const [, subscription = "", resourceGroup = null, location = "", last = ""] = found;
  const name = alertIdOf(last);
  if (isNoId(name)) return { ok: false, reason: noIdReason(name) };
  if (isTooDeep(raw)) return { ok: false, reason: "It is nested deeper than 64 levels." };
  const properties = objectIn(alert, "properties") ?? {};
  if (Object.keys(properties).length === 0) return { ok: false, reason: "It has no properties." };
  return normaliseProperties(properties, {
    subscription,
    resourceGroup,
    location: cleanText(location, 64).toLowerCase(),
    name,
    portal: publicPortal,
  });
}

/**
 * Where an alert is. `location` is null if the delivery doesn't name a location. `portal` is the origin of the Azure portal
 * that shows the alert if `alertUri` doesn't say which; null if nothing says it.
 */
type AlertPlace = {
  subscription: string;
  resourceGroup: string | null;
  location: string | null;
  name: string;
  portal: string | null;
};

/** Converts an alert's properties (2022-01-01) and its place to a detection and a ref. Pure and total. */
export function normaliseProperties(given: JsonObject, place: AlertPlace) {
  const properties = withScalars(canonicalKeys(given));
  const read = detectionOf(properties, place);
  const { detection } = read;
  const { scopeId: subscriptionId, vendorAlertId: alertId } = detection;
  const ref = place.location ? { subscriptionId, location: place.location, alertId } : null;
  return { ok: true, detection, ref, leftOut: fieldsLeftOut(properties, read) } as const;
}

// long: a field a line
function detectionOf(properties: JsonObject, place: AlertPlace) {
  const remarks: string[] = [];
  const word = (field: string, lengthMax = wordLengthMax) => scalarOf(properties[field], lengthMax);
  const text = (field: string, lengthMax = wordLengthMax) => {
    const given = word(field, lengthMax);
    return saysNothing(given) ? "" : given;
  };
  const list = (field: string) => objectsIn(properties, field);
  const title = text("alertDisplayName", titleLengthMax);
  if (!title) remarks.push(noTitleRemark);
  const alertType = text("alertType");
  const moment = (field: string) => {
    const read = readMoment(properties[field], "Z");
    if (read === null && properties[field] !== undefined && properties[field] !== null)
      remarks.push(`${field} isn't a usable date.`);
    return read;
  };
  const byId = collectIds([...list("resourceIdentifiers"), ...list("entities")]);
  const resources = resourcesIn(properties, byId)
    .map(resourceOf)
    .filter((resource): resource is AffectedResource => resource !== null);
  const entities = readEntities(list("entities"), byId, remarks);
  const extendedProperties = objectIn(properties, "extendedProperties") ?? {};
  const compromisedEntity = text("compromisedEntity");
  const known = { resources, entities, compromisedEntity, extendedProperties };
  const { resourceName, resourceType, isOwn } = nameOfAlert(known);
  const page = pageOf(properties, place);
  const severity = severityFrom(word("severity"));
  const detection: NormalisedDetection = {
    vendorAlertId: cleanText(place.name, idLengthMax).toLowerCase(),
    scopeId: cleanText(place.subscription, idLengthMax).toLowerCase(),
    title: title || alertType || "(alert without a title)",
    description: text("description", descriptionLengthMax),
    alertType,
    severity,
    status: statusFrom(word("status")),
    vendorSeverity: word("severity"),
    vendorStatus: word("status"),
    isSample: /^SIMULATED_/i.test(alertType) || /^(?:\[SAMPLE ALERT\]|SAMPLE ALERT)/i.test(title),
    isIncident: /^(?:true|yes|1)$/i.test(text("isIncident")),
    product: text("productName"),
    productComponent: text("productComponentName"),
    resourceName,
    resourceType,
    compromisedEntity,
    tactics: tacticsFrom(wordsOf(properties.intent, wordLengthMax)),
    techniques: techniquesFrom(properties.techniques, properties.subTechniques),
    resources,
    entities,
    extendedProperties: Object.entries(extendedProperties)
      .slice(0, 200)
      .flatMap(([key, value]) => {
        const name = scalarOf(key, wordLengthMax);
        const values = textsOf(value, page);
        return values.length > 0
          ? values.map((shown) => ({ name, value: shown }))
          : [{ name, value: noText }];
      }),
    remediationSteps: stepsIn(properties).flatMap((step) => textsOf(step, page)),
    links: linksIn(properties, page),
    vendorUrl: page,
    startedAt: moment("startTimeUtc"),
    endedAt: moment("endTimeUtc"),
    generatedAt: moment("timeGeneratedUtc"),
    version: text("version"),
    remarks,
  };
  return { detection, isNamedByResource: isOwn };
}

const noText = { text: "", href: null };

/** Returns the remediation steps: of a list, of JSON in a text, or of a text with a step a line. */
function stepsIn(properties: JsonObject): Json[] {
  const { remediationSteps } = properties;
  const steps = structured(properties, "remediationSteps");
  return typeof remediationSteps === "string" && steps === undefined
    ? listOf(remediationSteps.split(/\r?\n/))
    : entriesIn(properties, "remediationSteps");
}

/**
 * Builds the address of the alert's page in the Azure portal. `alertUri` only says which of Azure's portals, blades
 * and resource groups it is. Returns null if no portal is known, or if a part has a wrong form.
 */
function pageOf({ alertUri }: JsonObject, place: AlertPlace): string | null {
  const named = readAlertPage(alertUri);
  const portal = named?.portal ?? place.portal;
  if (!portal) return null;
  const isOwn = named?.alertId.toLowerCase() === place.name.toLowerCase();
  return alertPageUrl(portal, {
    alertId: place.name,
    subscriptionId: place.subscription,
    resourceGroup: isOwn ? named.resourceGroup : place.resourceGroup,
    location: place.location,
    blade: named?.blade ?? "",
  });
}

/**
 * the maximum length of all entities of an alert together; without a maximum, references could make a small body expand
 * endlessly
 */
const entitiesLengthMax = 100_000;

function readEntities(list: Json[], byId: References, remarks: string[]): Entity[] {
  const entities: Entity[] = [];
  let length = 0;
  for (const part of entitiesIn(list, byId)) {
    const entity = entityOf(part, byId);
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
