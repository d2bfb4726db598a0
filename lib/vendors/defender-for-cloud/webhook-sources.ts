import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import { statusLabel } from "#lib/domain/status.ts";
import type { FieldSource, WebhookAlert } from "../contract.ts";
import { objectOf } from "../shared/json.ts";
import type { AlertRef } from "./ref.ts";
import { type AlertProperty, webhookKeyOf, topLevel } from "./webhook-shape.ts";

const listed = (values: readonly unknown[]) => ["", "1 entry"][values.length] ?? `${values.length} entries`;

const fields: [
  label: string,
  property: AlertProperty,
  value: (d: NormalisedDetection, ref: AlertRef | null) => string,
][] = [
  ["Title", "alertDisplayName", (d) => d.title],
  ["Alert type", "alertType", (d) => d.alertType],
  ["Severity", "severity", (d) => severityLabel[d.severity]],
  ["Status", "status", (d) => statusLabel[d.status]],
  ["Alert id", "systemAlertId", (d) => d.vendorAlertId],
  ["Subscription", "alertUri", (d) => d.scopeId],
  ["Location", "alertUri", (_d, ref) => ref?.location ?? ""],
  ["Generated", "timeGeneratedUtc", (d) => d.generatedAt ?? ""],
  ["Activity began", "startTimeUtc", (d) => d.startedAt ?? ""],
  ["Activity ended", "endTimeUtc", (d) => d.endedAt ?? ""],
  ["Description", "description", (d) => d.description],
  ["Tactics", "intent", (d) => d.tactics.join(", ")],
  ["Compromised entity", "compromisedEntity", (d) => d.compromisedEntity],
  ["Affected resources", "resourceIdentifiers", (d) => d.resources.map((one) => one.name).join(", ")],
  ["Entities", "entities", (d) => listed(d.entities)],
  ["Extended properties", "extendedProperties", (d) => listed(d.extendedProperties)],
  ["Remediation steps", "remediationSteps", (d) => listed(d.remediationSteps)],
  ["Product", "productName", (d) => d.product],
  ["Incident", "isIncident", (d) => (d.isIncident ? "Yes" : "No")],
];

/** What was made of one alert of a body, each field beside the place it came from; nothing for one that is none. */
export function sourcesOf({ schema, value, result }: WebhookAlert<AlertRef>): FieldSource[] {
  if (!result.ok) return [];
  const { detection, ref } = result;
  const body = objectOf(value);
  return fields.map(([label, property, shown]) => ({
    label,
    value: shown(detection, ref),
    path: schema === "push" ? webhookKeyOf(body, property) : resourcePath(body, label, property),
  }));
}

/** In an alert as Resource Manager writes it, identity and place come from its id. */
function resourcePath(body: { [key: string]: Json }, label: string, property: AlertProperty): string | null {
  const top = topLevel(body);
  if (["Alert id", "Subscription", "Location"].includes(label)) return top.key("id");
  const within = top.key("properties");
  return within && Object.hasOwn(objectOf(top.value("properties")), property)
    ? `${within}.${property}`
    : null;
}
