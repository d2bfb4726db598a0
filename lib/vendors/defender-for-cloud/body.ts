import type { Json } from "#lib/domain/detection.ts";
import { isTooDeep } from "#lib/domain/json.ts";
import type { JsonObject } from "../shared/json.ts";

/** The property whose names are data for people: they keep their spelling, although Azure changes the first letter's case. */
const spelledProperty = "extendedProperties";

export const lowerFirst = (key: string) => key.slice(0, 1).toLowerCase() + key.slice(1);

/**
 * Returns a body in which every key, at any depth, begins with a lower-case letter. Azure answers the same alert with keys in
 * camelCase or PascalCase, poll by poll. The names of extended properties keep their spelling. Of two keys that differ only in
 * the first letter's case, the lower-case one counts unless it is null. The value may be nested at most 64 levels deep.
 */
export function canonicalKeys<T extends Json>(value: T): T {
  return rekeyed(value, lowerFirst) as T;
}

/** Does the same as `canonicalKeys` for the keys of this object only. */
export const canonicalTop = (value: JsonObject): JsonObject => withKeys(value, lowerFirst, (inner) => inner);

function rekeyed(value: Json, keyOf: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((inner) => rekeyed(inner, lowerFirst));
  if (value === null || typeof value !== "object") return value;
  return withKeys(value, keyOf, (inner, key) =>
    rekeyed(inner, key === spelledProperty ? (name) => name : lowerFirst),
  );
}

function withKeys(
  value: JsonObject,
  keyOf: (key: string) => string,
  inner: (value: Json, key: string) => Json,
): JsonObject {
  const entries = new Map<string, Json>();
  for (const [key, member] of Object.entries(value)) {
    const name = keyOf(key);
    const other = entries.get(name);
    const counts = other === undefined || other === null || (key === name && member !== null);
    if (counts) entries.set(name, inner(member, name));
  }
  return Object.fromEntries(entries);
}

/** Returns the value of an extended property. The case of the name's first letter makes no difference. */
export function extendedProperty(properties: JsonObject, name: string): Json | undefined {
  const found = Object.keys(properties).find((key) => lowerFirst(key) === lowerFirst(name));
  return found === undefined ? undefined : properties[found];
}

/**
 * Parses a text that holds a JSON object or list. Returns undefined for any other text, and for JSON nested deeper than 64
 * levels.
 */
export function parseJsonText(text: string): JsonObject | Json[] | undefined {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return undefined;
  try {
    const value = JSON.parse(trimmed) as JsonObject | Json[];
    return isTooDeep(value) ? undefined : value;
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
