import { gunzipSync } from "node:zlib";
import type { Transaction } from "#db/client.ts";
import { getDeliveryRow } from "#db/queries/ingest/deliveries.ts";
import { listFeed } from "#db/queries/triage/detections.ts";
import type { Json } from "#lib/domain/detection.ts";
import { fillIn } from "#lib/domain/guide-text.ts";
import { prettyJson } from "#lib/domain/json-text.ts";
import { visibleText } from "#lib/domain/text.ts";
import { wordsOf } from "#lib/domain/vendor-words.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { readJsonBody } from "#lib/platform/json-body.ts";
import type { WebhookAlert } from "#lib/vendors/contract.ts";
import type { VendorWebhook } from "#lib/vendors/manifest.ts";
import { type ConfigurationAccess, listAccess } from "#lib/core/access.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { belongs, tookMs, webhookOf } from "./list.ts";
import { alertsOf, vendorOfWebhook } from "../merge/read-delivery.ts";

export const deliveryGone = () =>
  new ServiceError(
    "not_found",
    "This delivery isn't in your organisation, or it is older than deliveries are kept.",
  );
const alertsShown = 20;
const detectionsShown = 20;
const bodyShown = 200_000;

/** One delivery: its body as it came, and beside it what was made of each alert, with the place it came from. */
export async function getDelivery(ctx: Context, rawId: unknown) {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, deliveryGone);
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getDeliveryRow(tx, organisationId, id);
    if (!row) throw deliveryGone();
    const access = await listAccess(ctx, tx);
    const owner = access.find(({ configuration }) => {
      const { id: configurationId, scopeId } = configuration;
      return belongs(row, {
        id: configurationId,
        scopeId,
        webhook: webhookOf(ctx.services, configuration),
      });
    });
    const { body: kept, headers, detectionIds, receivedAt, mergedAt, ...rest } = row;
    const bytes = gunzipSync(kept);
    const whole = readJsonBody(bytes);
    const { vendor, webhook } = vendorOfWebhook(ctx.services, row.webhook);
    const found = whole.ok ? alertsOf(webhook.read(whole.value as Json)) : [];
    // of one that was deleted nobody can say any more who might have seen it
    const orphaned =
      row.configurationId !== null && !access.some((one) => one.configuration.id === row.configurationId);
    const hidden =
      row.outcome !== "heartbeat" && (orphaned || isHidden(access, owner, bytes.toString("utf8"), found));
    const read = hidden ? null : whole;
    const alerts = hidden ? [] : found;
    return {
      ...rest,
      receivedAt: receivedAt.toISOString(),
      mergedAt: mergedAt.toISOString(),
      tookMs: tookMs(row),
      headers: headersOf(vendor.manifest.webhook, headers),
      record: recordOf(vendor.manifest.webhook, headers),
      words: wordsOf(vendor.manifest.words),
      configurationName: owner?.configuration.displayName ?? null,
      detections: hidden ? [] : await listBrought(tx, organisationId, detectionIds, access),
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

/** The headers that were kept, each under the vendor's label; `isId` for those that only machines read. */
const headersOf = (webhook: VendorWebhook | undefined, headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => ({
    label: headerLabels[name] ?? webhook?.headers?.[name] ?? name,
    value,
    isId: !Object.hasOwn(headerLabels, name),
  }));
const headerLabels: Record<string, string> = { "content-type": "Content type", "user-agent": "Sent by" };

/** How to find the vendor's own record of a delivery; null where it named none. */
function recordOf(webhook: VendorWebhook | undefined, headers: Readonly<Record<string, string>>) {
  const id = webhook?.record && headers[webhook.record.idHeader];
  if (!webhook?.record || !id) return null;
  const { senderHeader, hint, copy } = webhook.record;
  const sender = headers[senderHeader];
  return { id, copy, hint: sender ? fillIn(hint, { sender }) : hint.replace(" {sender}", "") };
}

export type DeliveryDetail = Awaited<ReturnType<typeof getDelivery>>;

/**
 * What an alert says is for those who may see it, and an admin may not be one of them: a body is hidden when any
 * alert in it, or any of its text where it can't be read, is of a configuration that they may not.
 */
function isHidden(
  access: readonly ConfigurationAccess[],
  owner: ConfigurationAccess | undefined,
  text: string,
  alerts: readonly WebhookAlert[],
): boolean {
  if (owner && !owner.readable) return true;
  const closed = access.filter((one) => !one.readable).map((one) => one.configuration.scopeId);
  const named = new Set(alerts.map((one) => one.scopeId));
  const lower = closed.length > 0 ? text.toLowerCase() : "";
  return closed.some((one) => named.has(one) || lower.includes(one));
}

/** The detections that a delivery brought, of those that the caller may see. */
async function listBrought(
  tx: Transaction,
  organisationId: string,
  ids: string[],
  access: readonly ConfigurationAccess[],
) {
  if (ids.length === 0) return [];
  const rows = await listFeed(tx, organisationId, { ids }, null, detectionsShown);
  const readable = new Set(access.filter((one) => one.readable).map((one) => one.configuration.id));
  return rows.filter((one) => readable.has(one.configurationId)).map(({ id, title }) => ({ id, title }));
}

/** Laid out when it is JSON, else as it came; the first 200,000 characters. */
function shownBody(bytes: Buffer, json: string | null): string {
  return (json === null ? bytes.toString("utf8") : prettyJson(json)).slice(0, bodyShown);
}
