import type { Json } from "#lib/domain/detection.ts";
import { canonicalJson } from "#lib/platform/canonical.ts";
import { objectOf } from "../shared/json.ts";
import { canonicalKeys } from "./body.ts";
import { foldedKey } from "./key-names.ts";
import { armIdOf } from "./names.ts";

/**
 * Returns the whole alert as text. The text doesn't depend on what Azure changes from answer to answer without meaning: the
 * spelling of keys and of resource ids, the numbers in `$id` and `$ref`, and null for a property that has no value.
 */
export function fingerprint(raw: Json): string {
  const alert = foldIds(canonicalKeys(raw));
  const { properties } = objectOf(alert);
  const isAlert = properties && typeof properties === "object" && !Array.isArray(properties);
  return canonicalJson(isAlert ? { ...objectOf(alert), properties: folded(properties) } : alert, references);
}
const references = ["$id", "$ref"];

function folded(properties: { [key: string]: Json }): Json {
  const { extendedProperties } = properties;
  const spelled = Object.entries(objectOf(extendedProperties));
  const named = spelled.map(([name, value]): [string, Json] => [foldedKey(name), value]);
  const said = Object.entries(properties).filter(([, value]) => value !== null);
  const isNamed = named.length > 0 && new Set(named.map(([name]) => name)).size === named.length;
  return {
    ...Object.fromEntries(said),
    ...(isNamed ? { extendedProperties: Object.fromEntries(named) } : {}),
  };
}

function foldIds(value: Json): Json {
  if (typeof value === "string") return armIdOf(value)?.toLowerCase() ?? value;
  if (Array.isArray(value)) return value.map(foldIds);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, foldIds(inner)]));
}
