import type { Json } from "./detection.ts";
import { cleanText } from "./text.ts";

const depthMax = 64;

/** Whether a JSON value is nested deeper than 64 levels. Recursion into such a value may exhaust the stack. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth > depthMax || Object.values(value).some((part) => isTooDeep(part, depth + 1));
}

/**
 * Changes a JSON value so that PostgreSQL's jsonb accepts it: replaces NUL and lone surrogates, also in keys, and cuts off
 * everything below 64 levels.
 */
export function cleanJson(value: unknown, depth = 0): Json {
  if (depth > depthMax) return "(deeper than 64 levels)";
  if (typeof value === "string") return cleanText(value, Number.MAX_SAFE_INTEGER);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "boolean" || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => cleanJson(part, depth + 1));
  if (typeof value !== "object") return null;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      cleanText(key, Number.MAX_SAFE_INTEGER),
      cleanJson(part, depth + 1),
    ]),
  );
}

/** Whether a JSON value has at most `maxBytes` bytes as text, and PostgreSQL's jsonb accepts it as it is. */
export function isStorable(value: Json, maxBytes: number): boolean {
  if (isTooDeep(value)) return false;
  const text = JSON.stringify(value);
  return Buffer.byteLength(text) <= maxBytes && text === JSON.stringify(cleanJson(value));
}
