import { isDeepStrictEqual } from "node:util";
import type { DetectionField, NormalisedDetection } from "#lib/domain/detection.ts";
import { foldedKey } from "./key-names.ts";
import { armIdOf } from "./names.ts";

/**
 * Completes a detection with what an earlier answer said of the same alert and this one leaves out. A field that differs from
 * the earlier one without meaning keeps the earlier spelling: another case of a property's first letter or of a resource id, or
 * another order of named values. Pure.
 */
export function complete(
  detection: NormalisedDetection,
  leftOut: readonly DetectionField[],
  earlier: NormalisedDetection,
): NormalisedDetection {
  const keeps = (field: DetectionField) =>
    leftOut.includes(field)
      ? // no remarks say that nothing was wrong, such as a missing title
        field === "remarks" || !isEmpty(earlier[field])
      : isDeepStrictEqual(meaningOf(field, detection), meaningOf(field, earlier));
  const fields = Object.keys(detection) as DetectionField[];
  // the name comes from the first resource, and which one is first says nothing
  const isReordered =
    keeps("resources") && !isDeepStrictEqual(detection.resources, earlier.resources) && earlier.resourceName;
  // a type belongs to its name, also a type that isn't known
  const named: readonly DetectionField[] =
    isReordered || (leftOut.includes("resourceName") && earlier.resourceName)
      ? ["resourceName", "resourceType"]
      : [];
  const kept = fields
    .filter((field) => named.includes(field) || keeps(field))
    .map((field) => [field, earlier[field]]);
  return { ...detection, ...Object.fromEntries(kept) } as NormalisedDetection;
}

const isEmpty = (value: unknown) =>
  value === null ||
  value === undefined ||
  value === "" ||
  value === "unknown" ||
  (Array.isArray(value) && value.length === 0);

/** The lists whose order says nothing. Azure puts them together from several services, in any order. */
const unordered: readonly DetectionField[] = ["resources", "entities", "tactics", "techniques"];
/** The fields in which only ids of alerts and resources differ in case, and names that come from them. */
const caseless: readonly DetectionField[] = ["resources", "resourceName", "resourceType", "vendorUrl"];

function meaningOf(field: DetectionField, detection: NormalisedDetection): unknown {
  const read = folded(detection[field]);
  const value = unordered.includes(field) && Array.isArray(read) ? read.toSorted(byText) : read;
  return caseless.includes(field) ? JSON.stringify(value).toLowerCase() : value;
}

/** Returns a value in which differences without meaning are gone. */
function folded(value: unknown): unknown {
  if (typeof value === "string") return armIdOf(value)?.toLowerCase() ?? value;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const items = value.map(folded);
    return items.every(isNamedValue) ? items.toSorted(byText) : items;
  }
  // the name of an entity or a resource is data, but that of a value is a key
  const names = isNamedValue(value) ? ["name", "label"] : [];
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      names.includes(key) && typeof inner === "string" ? foldedKey(inner) : folded(inner),
    ]),
  );
}

/** Whether an item is an extended property or a field of an entity; their order has no meaning. */
const isNamedValue = (item: unknown): item is { value: unknown } =>
  typeof item === "object" && item !== null && Object.keys(item).length === 2 && "value" in item;
const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
