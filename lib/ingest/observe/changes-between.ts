import { isDeepStrictEqual } from "node:util";
import type { EventInput } from "#db/queries/ingest/detection-events.ts";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { type ToldField, toldFields } from "#lib/domain/timeline.ts";
import { cleanText } from "#lib/domain/text.ts";
import { newId } from "#lib/platform/ids.ts";

/**
 * Returns one timeline event for each field that differs between two versions of a detection. Cuts texts at 300
 * characters. Includes only the length of most lists.
 */
export function changesBetween(
  before: NormalisedDetection,
  after: NormalisedDetection,
  provider: string,
  source: "vendor" | "webhook",
): EventInput[] {
  const events: EventInput[] = [];
  for (const field of toldFields) {
    // not compared as text: jsonb doesn't keep the order of keys
    if (isDeepStrictEqual(before[field], after[field])) continue;
    events.push({
      id: newId(),
      kind: field === "status" ? "status_changed" : "field_changed",
      actor: provider,
      source,
      detail: { field, from: shown(field, before), to: shown(field, after) },
      note: null,
    });
  }
  return events;
}

/** Returns a field's value for a timeline event: a code, a text, or the length of a list. */
function shown(field: ToldField, detection: NormalisedDetection): string | number {
  const value = detection[field];
  if (typeof value === "string") return cleanText(value, 300);
  if (value === null) return "";
  return field === "tactics" || field === "techniques" ? cleanText(value.join(", "), 300) : value.length;
}
