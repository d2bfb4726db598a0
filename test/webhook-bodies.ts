import { listWaitingOrganisations } from "#db/queries/ingest/inbox.ts";
import type { Json } from "#lib/domain/detection.ts";
import type { Context, Services } from "#lib/core/context.ts";
import { showWebhookUrl } from "#lib/ingest/webhook-urls/change-token.ts";
import { getWebhookUrls } from "#lib/ingest/webhook-urls/get-urls.ts";
import { type WebhookAnswer, receiveDelivery } from "#lib/ingest/receive/receive.ts";
import { mergeDeliveries } from "#lib/ingest/merge/merge.ts";
import { withCapitals } from "./alert-forms.ts";
import type { goodAlert } from "./alerts.ts";

type ArmAlert = ReturnType<typeof goodAlert>;

/**
 * Returns the flat body that workflow automation posts for an alert. The body says New instead of Active, and has no
 * version and no techniques.
 */
export function webhookBodyOf(
  { properties }: ArmAlert,
  changes: { [key: string]: Json } = {},
): { [key: string]: Json } {
  const same = [
    "VendorName",
    "AlertType",
    "ProductName",
    "StartTimeUtc",
    "EndTimeUtc",
    "Severity",
    "IsIncident",
  ];
  const more = [
    "SystemAlertId",
    "Intent",
    "CompromisedEntity",
    "AlertDisplayName",
    "Description",
    "AlertUri",
  ];
  const lowerFirst = (key: string) => key.slice(0, 1).toLowerCase() + key.slice(1);
  return {
    ...Object.fromEntries([...same, ...more].map((key) => [key, properties[lowerFirst(key)] ?? null])),
    TimeGenerated: properties.timeGeneratedUtc ?? null,
    ProcessingEndTime: properties.processingEndTimeUtc ?? null,
    Status: properties.status === "Active" ? "New" : (properties.status ?? null),
    ProviderAlertStatus: null,
    ConfidenceLevel: null,
    CorrelationKey: null,
    Entities: withCapitals(properties.entities ?? []),
    ExtendedLinks: properties.extendedLinks ?? null,
    RemediationSteps: properties.remediationSteps ?? [],
    ExtendedProperties: withCapitals(properties.extendedProperties ?? {}),
    ResourceIdentifiers: withCapitals(properties.resourceIdentifiers ?? []),
    ...changes,
  };
}

/** Passes a request with `body` to the webhook's code, as if a Logic App had sent it. Returns the webhook's answer. */
export function postToWebhook(services: Services, token: string, body: unknown): Promise<WebhookAnswer> {
  const request = new Request("https://portal.example/", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });
  return receiveDelivery(services, {
    webhook: "azure-logic-app",
    token,
    headers: request.headers,
    body: request.body,
  });
}

/** Merges all waiting deliveries of every organisation. Returns the number of merged deliveries. */
export async function mergeAll(services: Services): Promise<number> {
  let merged = 0;
  for (const organisationId of await listWaitingOrganisations(services.db, [], 100))
    merged += await mergeDeliveries(services, organisationId, new AbortController().signal);
  return merged;
}

/** Returns the organisation's webhook token. */
export async function webhookToken(admin: Context): Promise<string> {
  const [url] = await getWebhookUrls(admin);
  const id = url?.tokens.at(-1)?.id;
  if (!id) throw new Error("no webhook token");
  return (await showWebhookUrl(admin, id)).url.split("/").at(-1) ?? "";
}
