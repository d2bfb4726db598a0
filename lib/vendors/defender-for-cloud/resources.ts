import { lookUp } from "#lib/domain/look-up.ts";
import type { AffectedResource, Entity, Json } from "#lib/domain/detection.ts";
import { type JsonObject, wordOf } from "../shared/json.ts";
import { entriesIn, extendedProperty, objectsIn, parseJsonText } from "./body.ts";
import { firstNamed, type References, resolved } from "./entities.ts";
import { armIdOf, isArmId, isTelling, nameOfArmId } from "./names.ts";
import { onlyScalar } from "./scalars.ts";
import { scalarOf, valueLengthMax } from "./texts.ts";

/**
 * Returns the entries of `resourceIdentifiers` as objects. An entry that is only a resource's id stands for the resource, one
 * that refers to an object of the alert for that object, and a text for the ids in it.
 */
export function resourcesIn(properties: JsonObject, byId: References): JsonObject[] {
  const { resourceIdentifiers } = properties;
  const isText = typeof resourceIdentifiers === "string" && parseJsonText(resourceIdentifiers) === undefined;
  const entries = isText ? idsIn(resourceIdentifiers) : entriesIn(properties, "resourceIdentifiers");
  const resources = entries.flatMap((entry): Json[] => {
    if (typeof entry === "string" && parseJsonText(entry) === undefined)
      return idsIn(entry).map((azureResourceId) => ({ azureResourceId }));
    return [entry];
  });
  return objectsIn({ resources }, "resources").flatMap((entry): JsonObject[] => {
    const target = resolved(entry, byId);
    return target ? [target] : [];
  });
}

/** Returns the ids of resources in a text, which may be several with commas, semicolons or blanks between them. */
const idsIn = (text: string): string[] =>
  text
    .slice(0, 20_000)
    .split(/[,;\s](?=["'/]?\/?(?:https?:|subscriptions\/))/i)
    .map((part) => part.replace(/[,;]$/, "").trim())
    .filter((part) => isArmId(part))
    .slice(0, 100);

/** Reads an affected resource from an entry of `resourceIdentifiers`. Returns null if the entry has no id. */
export function resourceOf(part: JsonObject): AffectedResource | null {
  const found = idFields
    .map(([field, kind, resourceType]) => ({ kind, resourceType, given: idAt(part, field) }))
    .find(({ given }) => given !== "");
  if (!found) return null;
  const { given, kind, resourceType } = found;
  const id = armIdOf(given) ?? given;
  const named = kind === "AzureResource" || isArmId(id) ? nameOfArmId(id) : { name: wordOf(id) };
  return { kind: wordOf(part.type) || kind, id, resourceType, ...named };
}

/** Returns the id in a field. A field that also holds other things counts only if it holds the id of an Azure resource. */
function idAt(part: JsonObject, field: string): string {
  const given = wordOf(onlyScalar(part[field]), valueLengthMax);
  return anyFields.includes(field) && !isArmId(given) ? "" : given;
}

/** The fields that hold a resource's id, with the kind that has the field and the type if the id doesn't say it. */
const idFields: readonly [field: string, kind: string, resourceType: string][] = [
  ["azureResourceId", "AzureResource", ""],
  ["resourceId", "AzureResource", ""],
  ["workspaceId", "LogAnalytics", "Log Analytics workspace"],
  ["aadTenantId", "AAD", "Directory"],
  ["id", "AzureResource", ""],
  ["resourceIdentifier", "AzureResource", ""],
  ["value", "AzureResource", ""],
];
const anyFields = ["id", "resourceIdentifier", "value"];

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
