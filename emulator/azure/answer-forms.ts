import type { Alert } from "./seed-alerts.ts";

/**
 * The forms in which Resource Manager's list holds alerts. `documented` is that of the documentation. `undocumented` leaves out
 * `severity` and `isIncident`, and keys within resourceIdentifiers, entities and extendedProperties begin with a capital
 * (Azure/azure-rest-api-specs issue 38880). `alternating` changes between the two from list to list.
 */
export type AlertForm = "documented" | "undocumented" | "alternating";

/** Returns the alerts of the list with this number, in the form that it has. The first list has the number 1. */
export function inForm(form: AlertForm, list: number, alerts: readonly Alert[]): object[] {
  const isDocumented = form === "documented" || (form === "alternating" && list % 2 === 1);
  return isDocumented ? [...alerts] : alerts.map(undocumented);
}

const capitalised = ["resourceIdentifiers", "entities", "extendedProperties"];

function undocumented({ properties, ...alert }: Alert): object {
  const { severity: _severity, isIncident: _isIncident, ...said } = properties;
  const entries = Object.entries(said).map(([key, value]) => [
    key,
    capitalised.includes(key) ? withCapitals(value) : value,
  ]);
  return { ...alert, properties: Object.fromEntries(entries) as object };
}

function withCapitals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withCapitals);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      withCapitals(inner),
    ]),
  );
}
