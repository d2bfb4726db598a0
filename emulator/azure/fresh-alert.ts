import { randomUUID } from "node:crypto";
import type { Spec } from "./alert-specs.ts";
import { type Alert, alertOf } from "./seed-alerts.ts";
import type { Subscription } from "./directory.ts";

/** Makes a new alert from a spec, raised now, with a new name. */
export function freshAlert(
  spec: Spec,
  subscription: Subscription,
  more: { location?: string; resourceGroup?: string } = {},
): Alert {
  const now = new Date();
  const example = alertOf(spec, 0, subscription.id, subscription.tenantId, now.getTime());
  const region = /\/locations\/([^/]+)\//.exec(example.id)?.[1] ?? "";
  const name = randomUUID();
  const text = JSON.stringify(example)
    .replaceAll(example.name, name)
    .replaceAll(`/locations/${region}/`, `/locations/${more.location ?? region}/`)
    .replaceAll(`/location/${region}`, `/location/${more.location ?? region}`)
    .replaceAll("rg-contoso", more.resourceGroup ?? "rg-contoso");
  const alert = JSON.parse(text) as Alert;
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000).toISOString();
  const times = {
    startTimeUtc: ago(40),
    endTimeUtc: ago(30),
    timeGeneratedUtc: ago(0),
    processingEndTimeUtc: ago(0),
  };
  return { ...alert, properties: { ...alert.properties, ...times } };
}
