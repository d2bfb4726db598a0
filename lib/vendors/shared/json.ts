import type { Json } from "#lib/domain/detection.ts";
import { shownText, wordLengthMax } from "#lib/domain/text.ts";

export type JsonObject = { [key: string]: Json };
const entriesMax = 100;

/** The value when it is an object that is no list, else an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return value && typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** The value when it is a list, at most 100 of it, else an empty one. */
export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value.slice(0, entriesMax) : [];
}

/** A short text fit to be shown. */
export function wordOf(value: Json | undefined, lengthMax = wordLengthMax): string {
  return shownText(value, lengthMax);
}
