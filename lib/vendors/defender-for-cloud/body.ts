import type { Json } from "#lib/domain/detection.ts";
import { isTooDeep } from "#lib/domain/json.ts";
import { type JsonObject, listOf, objectOf } from "../shared/json.ts";
import { canonicalKey, countingEntry, foldedKey } from "./key-names.ts";

/** The properties whose names are data for people: they keep their spelling, although Azure changes the first letter's case. */
const spelledProperties = new Set(["extendedProperties", "displayValueToUrlDictionary"]);

/**
 * Returns a body in which every key, at any depth, has Resource Manager's spelling (`canonicalKey`). Azure answers the same
 * alert with keys in camelCase or PascalCase, poll by poll. The names of extended properties keep their spelling. Of two keys
 * that mean the same, the one with content counts. The value may be nested at most 64 levels deep.
 */
export function canonicalKeys<T extends Json>(value: T): T {
  return rekeyed(value, canonicalKey) as T;
}

/** Does the same as `canonicalKeys` for the keys of this object only. */
export const canonicalTop = (value: JsonObject): JsonObject =>
  withKeys(value, canonicalKey, (inner) => inner);

function rekeyed(value: Json, keyOf: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((inner) => rekeyed(inner, canonicalKey));
  if (value === null || typeof value !== "object") return value;
  return withKeys(value, keyOf, (inner, key) =>
    rekeyed(inner, spelledProperties.has(key) ? (name) => name : canonicalKey),
  );
}

function withKeys(
  value: JsonObject,
  keyOf: (key: string) => string,
  inner: (value: Json, key: string) => Json,
): JsonObject {
  const groups = new Map<string, [string, Json][]>();
  for (const entry of Object.entries(value)) {
    const name = keyOf(entry[0]);
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  }
  const entries = [...groups].map(([name, group]): [string, Json] => {
    const [, member = null] = (group.length > 1 ? countingEntry(group, name) : group[0]) ?? [];
    return [name, inner(member, name)];
  });
  return Object.fromEntries(entries);
}

/** Returns the value of an extended property. Case, and blanks around the name, make no difference. */
export function extendedProperty(properties: JsonObject, name: string): Json | undefined {
  const found = Object.keys(properties).find((key) => foldedKey(key) === foldedKey(name));
  return found === undefined ? undefined : properties[found];
}

/** how many JSON strings may stand around JSON, one in the other */
const quotesMax = 3;

/**
 * Parses a text that holds a JSON object or list, also within JSON strings. Returns undefined for any other text, and for JSON
 * nested deeper than 64 levels.
 */
export function parseJsonText(text: string, quotes = quotesMax): JsonObject | Json[] | undefined {
  const trimmed = text.trim();
  const isQuoted = quotes > 0 && /^"\s*\\?[[{"]/.test(trimmed);
  if (!isQuoted && !/^[[{]/.test(trimmed)) return undefined;
  try {
    const value = JSON.parse(trimmed) as Json;
    if (typeof value === "string") return parseJsonText(value, quotes - 1);
    return value === null || typeof value !== "object" || isTooDeep(value) ? undefined : value;
  } catch {
    // most texts that begin with a bracket aren't JSON
    return undefined;
  }
}

/**
 * Returns a property that holds an object or a list, with canonical keys. If the property is a text, returns the JSON in the
 * text, or undefined if there is none.
 */
export function structured(properties: JsonObject, name: string): Json | undefined {
  const value = properties[name];
  if (typeof value !== "string") return value;
  const json = parseJsonText(value);
  return json === undefined ? undefined : canonicalKeys<JsonObject>({ [name]: json })[name];
}

/**
 * Returns the entries of a property that holds a list: also of one as JSON in a text, in `$values` as .NET writes it, as an
 * object whose keys are numbers, or in a list within the list. An object of any other kind stands for a list of one.
 */
export function entriesIn(properties: JsonObject, name: string): Json[] {
  const value = structured(properties, name);
  if (value === null || value === undefined || typeof value !== "object") return [];
  if (!Array.isArray(value)) return listOf("$values" in value ? value.$values : (numbered(value) ?? [value]));
  return listOf(value.length === 1 && Array.isArray(value[0]) ? value[0] : value);
}

/** Returns the values of an object whose keys are all numbers, as some senders write a list; null for any other object. */
export function numbered(value: JsonObject): Json[] | null {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^\d{1,9}$/.test(key)) ? Object.values(value) : null;
}

/** Returns the entries of such a property as objects. An entry that is a JSON text is parsed. */
export const objectsIn = (properties: JsonObject, name: string): JsonObject[] =>
  entriesIn(properties, name).map((entry) =>
    objectOf(typeof entry === "string" ? canonicalKeys<Json>(parseJsonText(entry) ?? null) : entry),
  );

/**
 * Returns a property that holds an object: also as JSON in a text, as the only entry of a list, as a list of names with values, or
 * as a list of objects with one property each. Returns undefined for anything else.
 */
export function objectIn(properties: JsonObject, name: string): JsonObject | undefined {
  const value = structured(properties, name);
  if (value === null || value === undefined || typeof value !== "object") return undefined;
  if (!Array.isArray(value)) return value;
  const pairs = value.map((entry) => pairOf(objectOf(entry)));
  if (pairs.length > 0 && pairs.every((pair) => pair !== null)) return Object.fromEntries(pairs);
  const singles = value.map((entry) => Object.entries(objectOf(entry)));
  if (singles.length > 1 && singles.every((entries) => entries.length === 1))
    return Object.fromEntries(singles.flat());
  const [only] = value;
  return value.length === 1 && only && typeof only === "object" && !Array.isArray(only) ? only : undefined;
}

/** Returns the name and value of an object that holds nothing else, such as `{ key, value }`. */
function pairOf(entry: JsonObject): [string, Json] | null {
  const { value, ...rest } = canonicalTop(entry);
  const [named, ...others] = Object.entries(rest);
  const isPair = value !== undefined && named && others.length === 0 && /^(?:key|name)$/.test(named[0]);
  return isPair && typeof named[1] === "string" ? [named[1], value] : null;
}
