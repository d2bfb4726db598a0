import type { Json } from "#lib/domain/detection.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import { canonicalTop, numbered, parseJsonText } from "./body.ts";

/** The keys under which senders put a value beside its translation, its name or its type; the first one that holds it counts. */
const valueKeys = [
  "value",
  "$date",
  "$numberLong",
  "#text",
  "$t",
  "id",
  "name",
  "displayValue",
  "displayName",
];
const depthMax = 4;

type Scalar = string | number | boolean;

/**
 * Returns the one text, number or boolean that a value stands for: the value itself, the only one in a list, the one in an
 * object such as `{ value, localizedValue }`, or any of these as JSON in a text. Returns undefined if it is none or several.
 */
export function onlyScalar(value: Json | undefined, depth = 0): Scalar | undefined {
  if (typeof value === "string") {
    const json = depth < depthMax ? parseJsonText(value) : undefined;
    return json === undefined ? quoted(value) : onlyScalar(json, depth + 1);
  }
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "object") return value;
  if (depth >= depthMax) return undefined;
  const list = Array.isArray(value) ? value : numbered(value);
  if (list) {
    const all = new Set(list.slice(0, 100).map((each) => onlyScalar(each, depth + 1)));
    all.delete(undefined);
    const [only] = all;
    return all.size === 1 ? only : undefined;
  }
  const object = canonicalTop(objectOf(value));
  const inner = valueKeys.map((key) => onlyScalar(object[key], depth + 1));
  return inner.find((each) => each !== undefined && each !== "");
}

/** Returns the text in a JSON string, such as `"High"` with its quotes; any other text as it is. */
function quoted(text: string): string {
  const trimmed = text.trim();
  if (!/^"[^"\\]*"$/.test(trimmed)) return text;
  return trimmed.slice(1, -1);
}

/** The properties of an alert that hold one text, number, boolean or time. */
const scalarProperties = [
  ...["version", "alertType", "systemAlertId", "productComponentName", "alertDisplayName", "severity"],
  ...["startTimeUtc", "endTimeUtc", "timeGeneratedUtc", "processingEndTimeUtc", "vendorName", "status"],
  ...["alertUri", "productName", "isIncident", "correlationKey", "compromisedEntity"],
];

/**
 * Returns an alert's properties, which have canonical keys, with the properties of one value as such (`onlyScalar`), and a
 * description of several texts as one text. A property whose value isn't plain stays as it is.
 */
export function withScalars(properties: JsonObject): JsonObject {
  const changed = scalarProperties.flatMap((name): [string, Json][] => {
    const scalar = isPlain(properties[name]) ? undefined : onlyScalar(properties[name]);
    return scalar === undefined ? [] : [[name, scalar]];
  });
  const { description } = properties;
  const lines = Array.isArray(description) ? description : [];
  if (lines.length > 0 && lines.every((line) => typeof line === "string"))
    changed.push(["description", lines.join("\n")]);
  else if (description !== null && typeof description === "object") {
    const text = onlyScalar(description);
    if (text !== undefined) changed.push(["description", text]);
  }
  return { ...properties, ...Object.fromEntries(changed) };
}

/** Whether a property needs no look inside: nearly all do not. */
const isPlain = (value: Json | undefined) =>
  value === undefined || value === null || (typeof value === "string" && !/^\s*["[{]/.test(value));
