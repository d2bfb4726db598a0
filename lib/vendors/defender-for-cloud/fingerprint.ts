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
  const said = Object.entries(properties).filter(([, value]) => value !== null);
  const spelled = Object.entries(objectOf(properties.extendedProperties));
  if (spelled.length === 0) return Object.fromEntries(said);
  const nameOf = foldingOf(spelled.map(([name]) => name));
  return {
    ...Object.fromEntries(said),
    extendedProperties: Object.fromEntries(spelled.map(([name, value]) => [nameOf(name), value])),
  };
}

/** Returns a function that frees each of these names of its spelling, so far as no other of them would be the same then. */
function foldingOf(names: readonly string[]): (name: string) => string {
  const foldings = [foldedKey, (text: string) => text.toLowerCase()].map((fold) => ({
    fold,
    count: Map.groupBy(names, fold),
  }));
  return (name) =>
    foldings.find(({ fold, count }) => count.get(fold(name))?.length === 1)?.fold(name) ?? name;
}

function foldIds(value: Json): Json {
  if (typeof value === "string") return armIdOf(value)?.toLowerCase() ?? value;
  if (Array.isArray(value)) return value.map(foldIds);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, foldIds(inner)]));
}
