import { lookUp } from "#lib/domain/look-up.ts";
import type { AffectedResource, Entity, Json } from "#lib/domain/detection.ts";
import { type JsonObject, objectOf, wordOf } from "../shared/json.ts";
import { entriesIn, extendedProperty, objectsIn } from "./body.ts";
import { firstNamed } from "./entities.ts";
import { armIdOf, isArmId, isTelling, nameOfArmId } from "./names.ts";
import { scalarOf, valueLengthMax } from "./texts.ts";

/** Returns the entries of `resourceIdentifiers` as objects. An entry that is only a resource's id stands for the resource. */
export function resourcesIn(properties: JsonObject): JsonObject[] {
  const resources = entriesIn(properties, "resourceIdentifiers").map((entry) =>
    typeof entry === "string" && isArmId(entry) ? { azureResourceId: entry } : entry,
  );
  return objectsIn({ resources }, "resources");
}

/** Reads an affected resource from an entry of `resourceIdentifiers`. Returns null if the entry has no id. */
export function resourceOf(value: Json): AffectedResource | null {
  const part = objectOf(value);
  const idField = idFields.find(([name]) => wordOf(part[name]) !== "");
  if (!idField) return null;
  const [field, kind, resourceType] = idField;
  const given = wordOf(part[field], valueLengthMax);
  const id = armIdOf(given) ?? given;
  const named = kind === "AzureResource" || isArmId(id) ? nameOfArmId(id) : { name: wordOf(id) };
  return { kind: wordOf(part.type) || kind, id, resourceType, ...named };
}

/** The fields that hold a resource's id, with the kind that has the field and the type if the id doesn't say it. */
const idFields: readonly [field: string, kind: string, resourceType: string][] = [
  ["azureResourceId", "AzureResource", ""],
  ["resourceId", "AzureResource", ""],
  ["workspaceId", "LogAnalytics", "Log Analytics workspace"],
  ["aadTenantId", "AAD", "Directory"],
];

/** Returns the resource that an alert is mainly about: the first Azure resource, or else the first of any kind. */
const mainResource = (resources: readonly AffectedResource[]): AffectedResource | undefined =>
  resources.find(({ kind }) => kind.toLowerCase() === "azureresource") ?? resources[0];

type Known = {
  resources: readonly AffectedResource[];
  entities: readonly Entity[];
  compromisedEntity: string;
  extendedProperties: JsonObject;
};
type Named = { resourceName: string; resourceType: string };

const namingKinds = [
  "host",
  "azure-resource",
  "amazon-resources",
  "gcp-resource",
  "account",
  "mailbox",
  "ip",
];
const typeOfKind: Record<string, string> = { host: "Host", account: "Account", ip: "IP address" };

/**
 * Returns the name that lists show and a type that fits the name. A workspace, a directory and a bare number tell a person
 * nothing, so the compromised entity or an entity's name stands for them if it tells more. `isOwn` is true if the name is the
 * resource's own.
 */
export function nameOfAlert(known: Known): Named & { isOwn: boolean } {
  const main = mainResource(known.resources);
  if (main && isTelling(main.name))
    return { resourceName: main.name, resourceType: main.resourceType, isOwn: true };
  const { entities, compromisedEntity } = known;
  const compromised = isArmId(compromisedEntity)
    ? nameOfArmId(compromisedEntity)
    : { name: compromisedEntity, resourceType: typeOfName(compromisedEntity, known) };
  const named = firstNamed(entities, namingKinds);
  const spelled = ["compromised Host", "resourceName", "host Name", "computer"].map((name) =>
    wordOf(scalarOf(extendedProperty(known.extendedProperties, name))),
  );
  const candidates = [
    compromised,
    ...(named ? [{ name: named.name, resourceType: typeOfName(named.name, known) }] : []),
    ...spelled.map((name) => ({ name, resourceType: typeOfName(name, known) })),
  ];
  const better = candidates.find(({ name }) => isTelling(name));
  if (better) return { resourceName: better.name, resourceType: better.resourceType, isOwn: false };
  const name = main?.name || compromised.name;
  return { resourceName: name, resourceType: main?.resourceType ?? "", isOwn: false };
}

/** Returns the type of what has this name: of the entity with the name, or else the one that the extended properties give. */
function typeOfName(name: string, { entities, extendedProperties }: Known): string {
  if (!name) return "";
  const kind = entities.find((entity) => entity.name.toLowerCase() === name.toLowerCase())?.kind ?? "";
  const known = lookUp(typeOfKind, kind);
  return known ?? wordOf(scalarOf(extendedProperty(extendedProperties, "resourceType")));
}
