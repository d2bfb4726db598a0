import type { Json } from "#lib/domain/detection.ts";

type Alert = { id: string; name: string; type: string; properties: { [key: string]: Json } };

const upperFirst = (key: string) => key.slice(0, 1).toUpperCase() + key.slice(1);

/** Returns the value with a capital as the first letter of every key, at any depth. */
export function withCapitals(value: Json): Json {
  if (Array.isArray(value)) return value.map(withCapitals);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [upperFirst(key), withCapitals(inner)]),
  );
}

/**
 * Returns an alert in the form in which Azure's list holds it in some answers: without `severity` and `isIncident`, and with
 * capitals in resourceIdentifiers, entities and extendedProperties.
 */
export function inSecondForm(alert: Alert): Alert {
  const { severity: _severity, isIncident: _isIncident, ...properties } = alert.properties;
  for (const name of ["resourceIdentifiers", "entities", "extendedProperties"])
    if (properties[name] !== undefined) properties[name] = withCapitals(properties[name]);
  return { ...alert, properties };
}
