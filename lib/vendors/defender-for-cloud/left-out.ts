import type { DetectionField, NormalisedDetection } from "#lib/domain/detection.ts";
import type { JsonObject } from "../shared/json.ts";
import { entriesIn, objectIn, structured } from "./body.ts";
import { saysNothing } from "./texts.ts";

const isText = (properties: JsonObject, name: string) =>
  typeof properties[name] === "string"
    ? !saysNothing(properties[name])
    : typeof properties[name] === "number";
const isStructure = (properties: JsonObject, name: string) => {
  const value = structured(properties, name);
  return typeof value === "object" && value !== null;
};
/** Whether a property says what its list holds: the list is empty, or something in it could be read. */
const isRead = (properties: JsonObject, name: string, read: readonly unknown[]) => {
  if (read.length > 0) return true;
  const value = structured(properties, name);
  return Array.isArray(value) && entriesIn(properties, name).length === 0;
};
const isListed = (properties: JsonObject, name: string) =>
  isStructure(properties, name) || isText(properties, name);

/**
 * Returns the fields of a detection of which the alert says nothing: the property is missing, null, an empty text or of a wrong
 * type. Azure's list leaves out `severity` and `isIncident` in some answers.
 */
export function fieldsLeftOut(
  properties: JsonObject,
  { detection, isNamedByResource }: { detection: NormalisedDetection; isNamedByResource: boolean },
): DetectionField[] {
  const says = {
    text: (name: string) => isText(properties, name),
    entries: (name: string, read: readonly unknown[]) => isRead(properties, name, read),
    list: (name: string) => isListed(properties, name),
    structure: (name: string) => isStructure(properties, name),
  };
  const isSampleKnown = detection.isSample || (says.text("alertType") && says.text("alertDisplayName"));
  // automation's schema has Unknown for a status that it doesn't know
  const saysStatus = says.text("status") && !saysNothing(detection.vendorStatus);
  const isNameKnown =
    says.entries("resourceIdentifiers", detection.resources) &&
    (isNamedByResource || (says.text("compromisedEntity") && says.structure("entities")));
  const said: Record<Exclude<DetectionField, "vendorAlertId" | "scopeId">, boolean> = {
    title: says.text("alertDisplayName"),
    // they say whether there is a title
    remarks: says.text("alertDisplayName"),
    description: says.text("description"),
    alertType: says.text("alertType"),
    // a word that we don't know says less than one that we do
    severity: detection.severity !== "unknown",
    vendorSeverity: detection.severity !== "unknown",
    status: saysStatus,
    vendorStatus: saysStatus,
    isSample: isSampleKnown,
    isIncident: says.text("isIncident") || typeof properties.isIncident === "boolean",
    product: says.text("productName"),
    productComponent: says.text("productComponentName"),
    resourceName: isNameKnown,
    resourceType: isNameKnown,
    compromisedEntity: says.text("compromisedEntity"),
    // Azure says Unknown where it knows no tactic
    tactics: detection.tactics.length > 0,
    techniques: ["techniques", "subTechniques"].some((name) => says.entries(name, detection.techniques)),
    resources: says.entries("resourceIdentifiers", detection.resources),
    entities: says.entries("entities", detection.entities),
    extendedProperties: objectIn(properties, "extendedProperties") !== undefined,
    remediationSteps: says.list("remediationSteps"),
    links: says.entries("extendedLinks", detection.links),
    vendorUrl: says.text("alertUri"),
    startedAt: detection.startedAt !== null,
    endedAt: detection.endedAt !== null,
    generatedAt: detection.generatedAt !== null,
    version: says.text("version"),
  };
  return (Object.keys(said) as (keyof typeof said)[]).filter((field) => !said[field]);
}
