import { describe, expect, it } from "vitest";
import type { Json } from "#lib/domain/detection.ts";
import { goodAlert } from "#test/alerts.ts";
import { webhookBodyOf } from "#test/webhook-bodies.ts";
import { normalise } from "./normalise.ts";
import { readWebhook } from "./webhook.ts";

const subscription = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";
const own = `alertId/2517_Aa-01/subscriptionId/${subscription}`;
const evil = "create/Microsoft.Template/uri/https%3A%2F%2Fevil.example%2Fa.json";
const hostile = [
  `https://portal.azure.com/?/blade/Any/AlertBlade/${own}/location/westeurope#${evil}`,
  `https://portal.azure.com/#blade/Any/AlertBlade/${own}/../../../../${evil}`,
  `https://portal.azure.com/#create/x?/alertblade/${own}/location/westeurope`,
  `https://portal.azure.com/#%2F%2Fevil.example/alertblade/${own}/location/westeurope`,
  `https://portal.azure.com/x#blade/Any/AlertBlade/${own}/location/westeurope`,
  `https://evil.example/#blade/Any/AlertBlade/${own}/location/westeurope`,
  `https://user@portal.azure.com/#blade/Any/AlertBlade/${own}/location/westeurope`,
];

function deliveredUrl(body: Json): string | null {
  const reading = readWebhook(body);
  const alert = reading.kind === "alerts" ? reading.alerts[0] : undefined;
  if (!alert?.result.ok) throw new Error("no alert");
  return alert.result.detection.vendorUrl;
}
function polledUrl(body: Json): string | null {
  const result = normalise(body);
  if (!result.ok) throw new Error(result.reason);
  return result.detection.vendorUrl;
}
const page = (portal: string, group = "") =>
  `${portal}/#blade/Microsoft_Azure_Security/AlertBlade/${own}${group}/referencedFrom/alertDeepLink/location/westeurope`;

describe("the page of a delivered alert", () => {
  it("is built from the alert's own parts", () => {
    expect(deliveredUrl(webhookBodyOf(goodAlert()))).toBe(page("https://portal.azure.com"));
    expect(deliveredUrl(goodAlert())).toBe(page("https://portal.azure.com"));
  });

  it.each(hostile)("isn't taken from %s", (alertUri) => {
    expect(deliveredUrl(webhookBodyOf(goodAlert(), { AlertUri: alertUri }))).toBeNull();
    expect(deliveredUrl(goodAlert({ alertUri }))).toBeNull();
  });

  it("isn't that of another alert", () => {
    const other = `https://portal.azure.com/#blade/Any/AlertBlade/alertId/other/subscriptionId/${subscription}/location/westeurope`;
    expect(deliveredUrl(webhookBodyOf(goodAlert(), { AlertUri: other }))).toBeNull();
  });
});

describe("the page of a polled alert", () => {
  it.each([...hostile, null, 7, ""])("is built from its id, whatever alertUri is: %s", (alertUri) => {
    expect(polledUrl(goodAlert({ alertUri }))).toBe(
      page("https://portal.azure.com", "/resourceGroup/rg-pay"),
    );
  });

  it("is in the portal that alertUri names", () => {
    const alertUri = `https://portal.azure.us/#blade/Any/AlertBlade/${own}/location/westeurope`;
    expect(polledUrl(goodAlert({ alertUri }))).toBe(page("https://portal.azure.us"));
  });

  it("is missing if a part of the id has a wrong form", () => {
    const id = goodAlert().id.replace("2517_Aa-01", "a%2Fb");
    expect(polledUrl({ ...goodAlert(), id })).toBeNull();
    const group = goodAlert({ alertUri: null }).id.replace("rg-pay", "rg<pay>");
    expect(polledUrl({ ...goodAlert({ alertUri: null }), id: group })).toBeNull();
  });
});
