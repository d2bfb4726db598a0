import type { DetectionField, NormalisedDetection } from "#lib/domain/detection.ts";
import type { JsonObject } from "../shared/json.ts";
import { structured } from "./body.ts";

const isText = (properties: JsonObject, name: string) =>
  typeof properties[name] === "string" ? properties[name] !== "" : typeof properties[name] === "number";
const isStructure = (properties: JsonObject, name: string) => {
  const value = structured(properties, name);
  return typeof value === "object" && value !== null;
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
    list: (name: string) => isListed(properties, name),
    structure: (name: string) => isStructure(properties, name),
  };
  const isSampleKnown = detection.isSample || (says.text("alertType") && says.text("alertDisplayName"));
  const isNameKnown =
    says.structure("resourceIdentifiers") &&
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
    status: says.text("status"),
    vendorStatus: says.text("status"),
    isSample: isSampleKnown,
    isIncident: says.text("isIncident") || typeof properties.isIncident === "boolean",
    product: says.text("productName"),
    productComponent: says.text("productComponentName"),
    resourceName: isNameKnown,
    resourceType: isNameKnown,
    compromisedEntity: says.text("compromisedEntity"),
    tactics: says.list("intent"),
    techniques: says.list("techniques") || says.list("subTechniques"),
    resources: says.structure("resourceIdentifiers"),
    entities: says.structure("entities"),
    extendedProperties: says.structure("extendedProperties"),
    remediationSteps: says.list("remediationSteps"),
    links: says.structure("extendedLinks"),
    vendorUrl: says.text("alertUri"),
    startedAt: detection.startedAt !== null,
    endedAt: detection.endedAt !== null,
    generatedAt: detection.generatedAt !== null,
    version: says.text("version"),
  };
  return (Object.keys(said) as (keyof typeof said)[]).filter((field) => !said[field]);
}
