import { gunzipSync } from "node:zlib";
import { getDeliveryRow } from "#db/queries/deliveries.ts";
import type { Json } from "#lib/domain/detection.ts";
import { prettyJson } from "#lib/domain/json-text.ts";
import { visibleText } from "#lib/domain/text.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { readJsonBody } from "#lib/platform/json-body.ts";
import { listAccess } from "../access.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "../context.ts";
import { alertsOf, vendorOfWebhook } from "../webhooks/read-delivery.ts";

export const deliveryGone = () =>
  new ServiceError(
    "not_found",
    "This delivery isn't in your organisation, or it is older than deliveries are kept.",
  );
const alertsShown = 20;
const bodyShown = 200_000;

/** One delivery: its body as it came, and beside it what was made of each alert, with the place it came from. */
export async function getDelivery(ctx: Context, rawId: unknown) {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, deliveryGone);
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getDeliveryRow(tx, organisationId, id);
    if (!row) throw deliveryGone();
    const owner = (await listAccess(ctx, tx)).find((one) => one.configuration.id === row.configurationId);
    // what an alert says is for those who may see it, and an admin may not be one of them
    const hidden = owner !== undefined && !owner.readable;
    const { body: kept, headers, detectionIds, receivedAt, mergedAt, ...rest } = row;
    const bytes = gunzipSync(kept);
    const read = hidden ? null : readJsonBody(bytes);
    const webhook = vendorOfWebhook(row.webhook).webhook;
    const alerts = read?.ok ? alertsOf(webhook.read(read.value as Json)) : [];
    return {
      ...rest,
      receivedAt: receivedAt.toISOString(),
      mergedAt: mergedAt.toISOString(),
      tookMs: Math.max(0, mergedAt.getTime() - receivedAt.getTime()),
      headers: Object.entries(headers),
      configurationName: owner?.configuration.displayName ?? null,
      detectionIds: hidden ? [] : detectionIds,
      hidden,
      keptBytes: bytes.byteLength,
      body: hidden ? "" : visibleText(shownBody(bytes, read?.ok ? read.text : null)),
      alerts: alerts.slice(0, alertsShown).map((alert) => ({
        schema: alert.schema,
        reason: alert.result.ok ? null : alert.result.reason,
        fields: webhook.sources(alert),
      })),
      alertsLeftOut: Math.max(0, alerts.length - alertsShown),
    };
  });
}
export type DeliveryDetail = Awaited<ReturnType<typeof getDelivery>>;

/** Laid out when it is JSON, else as it came; the first 200,000 characters. */
function shownBody(bytes: Buffer, json: string | null): string {
  return (json === null ? bytes.toString("utf8") : prettyJson(json)).slice(0, bodyShown);
}
