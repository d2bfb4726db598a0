import type { Json } from "#lib/domain/detection.ts";
import { shownText, wordLengthMax } from "#lib/domain/text.ts";

export type JsonObject = { [key: string]: Json };
const entriesMax = 100;

/** Returns the value if it is an object and not a list, or else an empty object. */
export function objectOf(value: Json | undefined): JsonObject {
  return value && typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** Returns the first 100 entries of the value if it is a list, or else an empty list. */
export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value.slice(0, entriesMax) : [];
}

/** Returns a text, cut to `lengthMax` and safe to show; "" if the value isn't a text. */
export function wordOf(value: Json | undefined, lengthMax = wordLengthMax): string {
  return shownText(value, lengthMax);
}
