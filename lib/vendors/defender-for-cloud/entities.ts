import { lookUp } from "#lib/domain/look-up.ts";
import type { Entity, Json } from "#lib/domain/detection.ts";
import { type JsonObject, objectOf, wordOf } from "../shared/json.ts";
import { canonicalTop } from "./body.ts";
import { bestName, isArmId, isTelling, nameOfArmId } from "./names.ts";
import { onlyScalar } from "./scalars.ts";
import { describe, labelOf, scalarOf } from "./texts.ts";

/** The fields that name an entity of each kind, best first. */
const nameFields: Record<string, string[]> = {
  ip: ["address"],
  host: ["hostName", "netBiosName", "azureID", "friendlyName"],
  account: ["name", "displayName", "friendlyName", "sid", "aadUserId", "objectGuid"],
  process: ["commandLine", "imageFile", "friendlyName", "processId"],
  file: ["name"],
  url: ["url"],
  dns: ["domainName"],
  "azure-resource": ["resourceName", "resourceId", "friendlyName"],
};
const anyNameFields = [
  ...[
    "name",
    "displayName",
    "friendlyName",
    "address",
    "resourceName",
    "imageId",
    "containerId",
    "resourceId",
    "amazonResourceId",
    "id",
  ],
  // an entity without a name of its own is named after the one it belongs to
  ...["account", "host", "cloudResource", "sourceAddress", "cluster", "image", "sessionId", "value"],
];
/** The fields by which an entity without a type is recognised. */
const kindFields: [field: string, kind: string][] = [
  ["address", "ip"],
  ["hostName", "host"],
  ["netBiosName", "host"],
  ["azureID", "host"],
  ["upnSuffix", "account"],
  ["aadUserId", "account"],
  ["sid", "account"],
  ["commandLine", "process"],
  ["processId", "process"],
  ["domainName", "dns"],
  ["url", "url"],
  ["directory", "file"],
  ["resourceId", "azure-resource"],
];
const referenceDepthMax = 5;

/** The objects of an alert, keyed by their `$id`. */
export type References = ReadonlyMap<string, JsonObject>;

/**
 * Returns an entity whose fields stand in `properties` beside its kind, as Microsoft Sentinel has them, with the fields beside
 * it; and the entity in an object that holds nothing else. Any other as it is.
 */
function flat(part: JsonObject): JsonObject {
  const { properties, kind, ...rest } = part;
  if (properties !== null && typeof properties === "object" && !Array.isArray(properties))
    return {
      ...canonicalTop(properties),
      ...rest,
      ...(kind === undefined ? {} : { type: rest.type ?? kind }),
    };
  const [only, ...others] = Object.entries(part);
  const inner = objectOf(only?.[1]);
  return only?.[0] === "entity" && others.length === 0 ? inner : part;
}

/** Reads one entity of an alert. Only the name of a referenced entity is read, so references can't cause an endless loop. */
export function entityOf(given: JsonObject, byId: References): Entity | null {
  const part = flat(given);
  const kind = kindOf(part);
  if (!kind && Object.keys(part).length === 0) return null;
  const fields: Entity["fields"] = [];
  for (const [key, inner] of Object.entries(part).slice(0, 60)) {
    if (["$id", "$ref", "type", "asset", "metadata"].includes(key)) continue;
    const shown = typeof inner === "object" && inner !== null ? textOfObject(inner, byId) : scalarOf(inner);
    if (shown) fields.push({ label: labelOf(key), value: shown });
  }
  // put together of parts, it may be longer than a word
  const name = wordOf(nameOf(part, byId));
  const pivotType = kind === "ip" || kind === "host" || kind === "account" ? kind : null;
  return {
    kind: kind || "unknown",
    name,
    fields,
    pivot: pivotType && name ? { type: pivotType, value: name } : null,
  };
}

function kindOf(part: JsonObject): string {
  const said = wordOf(onlyScalar(part.type)).toLowerCase();
  if (said) return said;
  return kindFields.find(([field]) => scalarOf(part[field]) !== "")?.[1] ?? "";
}

function nameOf(given: JsonObject, byId: References, depth = 0): string {
  const part = flat(given);
  const kind = kindOf(part);
  const name = wordOf(part.name);
  if (kind === "account" && name && part.upnSuffix) return `${name}@${wordOf(part.upnSuffix)}`;
  if (kind === "file" && wordOf(part.directory)) {
    const directory = wordOf(part.directory);
    return `${directory}${directory.includes("\\") ? "\\" : "/"}${name}`;
  }
  const keys = lookUp(nameFields, kind) ?? anyNameFields;
  return bestName(keys.map((key) => candidate(part[key], byId, depth)));
}

/** Returns a field's value as a name: a text, the name in a resource id, or the name of the entity that it refers to. */
function candidate(value: Json | undefined, byId: References, depth: number): string {
  if (typeof value !== "object" || value === null) {
    const text = scalarOf(value);
    return isArmId(text) ? nameOfArmId(text).name : text;
  }
  if (Array.isArray(value)) {
    const [first] = value;
    return value.length > 0 && typeof first !== "object" ? candidate(first, byId, depth) : "";
  }
  if (depth >= referenceDepthMax) return "";
  const target = resolved(value, byId);
  return target ? nameOf(target, byId, depth + 1) : "";
}

/**
 * Follows a `$ref` to the object that it names, over at most five others. Returns an object without `$ref` as it is, and null
 * if nothing has the `$id`.
 */
export function resolved(value: JsonObject, byId: References): JsonObject | null {
  let target: JsonObject | undefined = value;
  for (let step = 0; step <= referenceDepthMax && target; step++) {
    const reference = referenceIn(target);
    if (reference === null) return target;
    target = byId.get(reference);
  }
  return null;
}

const referenceIn = ({ $ref }: JsonObject) =>
  typeof $ref === "string" || typeof $ref === "number" ? String($ref) : null;

/** Returns the text of an object or list in a field: the name of what it refers to or holds, or else its fields in words. */
function textOfObject(value: JsonObject | Json[], byId: References): string {
  if (Array.isArray(value)) {
    const texts = value.slice(0, 20).map((inner) => {
      return typeof inner === "object" && inner !== null ? textOfObject(inner, byId) : scalarOf(inner);
    });
    return wordOf(texts.filter(Boolean).join(", "), 300);
  }
  const target = resolved(value, byId);
  if (!target) return "";
  const isReference = target !== value;
  const name = isReference || kindOf(target) ? nameOf(target, byId) : "";
  // only the name, because an alert may reference the same entity many times
  return wordOf(name) || (isReference ? "" : wordOf(describe(value), 300));
}

/** Collects every object that has an `$id`, down to depth 12, keyed by its `$id`. */
export function collectIds(
  value: Json | undefined,
  found = new Map<string, JsonObject>(),
  depth = 0,
): Map<string, JsonObject> {
  if (depth > 12 || value === null || typeof value !== "object") return found;
  if (Array.isArray(value)) {
    for (const part of value) collectIds(part, found, depth + 1);
    return found;
  }
  const { $id } = value;
  if (typeof $id === "string" || typeof $id === "number") found.set(String($id), value);
  for (const part of Object.values(value)) collectIds(part, found, depth + 1);
  return found;
}

/**
 * Returns the objects of a list of entities. An item that only refers to an object within another entity is that object; one
 * that refers to an entity of the list, or to nothing, is left out.
 */
export function entitiesIn(value: readonly Json[], byId: References): JsonObject[] {
  const entities = new Set<JsonObject>();
  for (const item of entriesById(value)) {
    const target = resolved(objectOf(item), byId);
    if (target) entities.add(target);
  }
  return [...entities];
}

/** Returns the entries of a list, or of an object that holds an entity under each key, as some senders write a list. */
function entriesById(list: readonly Json[]): readonly Json[] {
  const [only] = list;
  if (list.length !== 1 || only === null || typeof only !== "object" || Array.isArray(only)) return list;
  const values = Object.values(only);
  const isEach = values.length > 1 && values.every((value) => kindOf(objectOf(value)) !== "");
  return isEach && kindOf(only) === "" ? values : list;
}

/** Returns the first entity of one of these kinds whose name tells something. */
export const firstNamed = (entities: readonly Entity[], kinds: readonly string[]): Entity | undefined =>
  entities.find(({ kind, name }) => kinds.includes(kind) && isTelling(name));
