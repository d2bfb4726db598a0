import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import { statusLabel } from "#lib/domain/status.ts";
import type { FieldSource, WebhookAlert } from "../contract.ts";
import { objectOf } from "../shared/json.ts";
import type { AlertRef } from "./ref.ts";
import { type AlertProperty, webhookKeyOf, topLevel } from "./webhook-shape.ts";

const countEntries = (values: readonly unknown[]) =>
  ["", "1 entry"][values.length] ?? `${values.length} entries`;

const fields: [
  label: string,
  property: AlertProperty,
  value: (detection: NormalisedDetection, ref: AlertRef | null) => string,
][] = [
  ["Title", "alertDisplayName", (detection) => detection.title],
  ["Alert type", "alertType", (detection) => detection.alertType],
  ["Severity", "severity", (detection) => severityLabel[detection.severity]],
  ["Status", "status", (detection) => statusLabel[detection.status]],
  ["Alert id", "systemAlertId", (detection) => detection.vendorAlertId],
  ["Subscription", "alertUri", (detection) => detection.scopeId],
  ["Location", "alertUri", (_detection, ref) => ref?.location ?? ""],
  ["Generated", "timeGeneratedUtc", (detection) => detection.generatedAt ?? ""],
  ["Activity began", "startTimeUtc", (detection) => detection.startedAt ?? ""],
  ["Activity ended", "endTimeUtc", (detection) => detection.endedAt ?? ""],
  ["Description", "description", (detection) => detection.description],
  ["Tactics", "intent", (detection) => detection.tactics.join(", ")],
  ["Compromised entity", "compromisedEntity", (detection) => detection.compromisedEntity],
  [
    "Affected resources",
    "resourceIdentifiers",
    (detection) => detection.resources.map(({ name }) => name).join(", "),
  ],
  ["Entities", "entities", (detection) => countEntries(detection.entities)],
  ["Extended properties", "extendedProperties", (detection) => countEntries(detection.extendedProperties)],
  ["Remediation steps", "remediationSteps", (detection) => countEntries(detection.remediationSteps)],
  ["Product", "productName", (detection) => detection.product],
  ["Incident", "isIncident", (detection) => (detection.isIncident ? "Yes" : "No")],
];

/**
 * Lists the fields read from an alert, each with its path in the body. Returns an empty list if the alert couldn't be read.
 */
export function sourcesOf({ schema, value, result, within }: WebhookAlert<AlertRef>): FieldSource[] {
  if (!result.ok) return [];
  const { detection, ref } = result;
  const body = objectOf(value);
  return fields.map(([label, property, shown]) => {
    const path = schema === "push" ? webhookKeyOf(body, property) : resourcePath(body, label, property);
    return { label, value: shown(detection, ref), path: path && within ? `${within}.${path}` : path };
  });
}

/**
 * Returns the path of a field in Resource Manager's format. The alert's id, subscription and location all come from the
 * property `id`.
 */
function resourcePath(body: { [key: string]: Json }, label: string, property: AlertProperty): string | null {
  const top = topLevel(body);
  if (["Alert id", "Subscription", "Location"].includes(label)) return top.key("id");
  const within = top.key("properties");
  const key = topLevel(objectOf(top.value("properties"))).key(property);
  return within && key ? `${within}.${key}` : null;
}
