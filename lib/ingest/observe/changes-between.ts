import { isDeepStrictEqual } from "node:util";
import type { EventInput } from "#db/queries/ingest/detection-writes.ts";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import { statusLabel } from "#lib/domain/status.ts";
import { cleanText } from "#lib/domain/text.ts";
import { newId } from "#lib/platform/ids.ts";

const compared = [
  ["title", "Title"],
  ["severity", "Severity"],
  ["status", "Status"],
  ["description", "Description"],
  ["compromisedEntity", "Compromised entity"],
  ["endedAt", "Activity ended"],
  ["tactics", "Tactics"],
  ["techniques", "Techniques"],
  ["resources", "Affected resources"],
  ["entities", "Entities"],
  ["extendedProperties", "Extended properties"],
  ["remediationSteps", "Remediation steps"],
] as const;

/**
 * One timeline event for each field that differs. Long texts are cut at 300 characters; of most lists only the length is shown.
 */
export function changesBetween(
  before: NormalisedDetection,
  after: NormalisedDetection,
  provider: string,
  source: "vendor" | "webhook",
): EventInput[] {
  const events: EventInput[] = [];
  for (const [field, label] of compared) {
    // not compared as text: jsonb doesn't keep the order of keys
    if (isDeepStrictEqual(before[field], after[field])) continue;
    events.push({
      id: newId(),
      kind: field === "status" ? "status_changed" : "field_changed",
      actor: provider,
      source,
      detail: { field, label, from: shown(field, before), to: shown(field, after) },
      note: null,
    });
  }
  return events;
}

function shown(field: (typeof compared)[number][0], detection: NormalisedDetection): string {
  if (field === "severity") return severityLabel[detection.severity];
  if (field === "status") return statusLabel[detection.status];
  const value = detection[field];
  if (typeof value === "string") return cleanText(value, 300);
  if (value === null) return "";
  return field === "tactics" || field === "techniques"
    ? cleanText(value.join(", "), 300)
    : `${value.length} entries`;
}
