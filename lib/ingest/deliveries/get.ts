import { gunzipSync } from "node:zlib";
import type { Transaction } from "#db/client.ts";
import { getDeliveryRow } from "#db/queries/ingest/deliveries.ts";
import { listFeedRows } from "#db/queries/triage/feed.ts";
import type { Json } from "#lib/domain/detection.ts";
import { fillIn } from "#lib/domain/guide-text.ts";
import { prettyJson } from "#lib/domain/json-text.ts";
import { lookUp } from "#lib/domain/look-up.ts";
import { visibleText } from "#lib/domain/text.ts";
import { wordsOf } from "#lib/domain/vendor-words.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { WebhookAlert } from "#lib/vendors/contract.ts";
import type { VendorWebhook } from "#lib/vendors/manifest.ts";
import { type ConfigurationAccess, listAccess } from "#lib/core/access.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { readDeliveryBody } from "../receive/read-body.ts";
import { belongs, tookMs, webhookOf } from "./list.ts";
import { alertsOf, schemaLabelOf, vendorOfWebhook } from "../merge/read-delivery.ts";

export const deliveryGone = () =>
  new ServiceError(
    "not_found",
    "This delivery isn't in your organisation, or it is older than deliveries are kept.",
  );
const alertsShown = 20;
const detectionsShown = 20;
const bodyShown = 200_000;

/**
 * Returns one delivery: its body as it arrived, and the detections that it brought. The body is hidden from an actor
 * who may not see one of its alerts. Throws ServiceError `not_found`.
 */
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
    const { body: gzippedBody, headers, detectionIds, receivedAt, mergedAt, ...rest } = row;
    const bytes = gunzipSync(gzippedBody);
    const json = readDeliveryBody(bytes, headers["content-type"] ?? null);
    const { vendor, reader } = vendorOfWebhook(ctx.services, row.webhook);
    const found = json.ok && reader ? alertsOf(reader.read(json.value as Json)) : [];
    // once the configuration is deleted, nothing tells who was allowed to see its alerts
    const orphaned =
      row.configurationId !== null &&
      !access.some((ownAccess) => ownAccess.configuration.id === row.configurationId);
    const hidden =
      row.outcome !== "heartbeat" &&
      (orphaned || isHidden(access, owner, textsOf(bytes, json, found), found));
    const shownJson = hidden ? null : json;
    const alerts = hidden ? [] : found;
    return {
      ...rest,
      receivedAt: receivedAt.toISOString(),
      mergedAt: mergedAt.toISOString(),
      tookMs: tookMs(row),
      schemaLabel: schemaLabelOf(vendor, row.schema),
      headers: headersOf(vendor.manifest.webhook, headers),
      record: recordOf(vendor.manifest.webhook, headers),
      words: wordsOf(vendor.manifest.words),
      configurationName: owner?.configuration.displayName ?? null,
      detections: hidden ? [] : await listBrought(tx, organisationId, detectionIds, access),
      hidden,
      keptBytes: bytes.byteLength,
      body: hidden ? "" : visibleText(shownBody(bytes, shownJson?.ok ? shownJson.text : null)),
      alerts: alerts.slice(0, alertsShown).map((alert) => ({
        schema: alert.schema,
        reason: alert.result.ok ? null : alert.result.reason,
        fields: reader?.sources(alert) ?? [],
      })),
      alertsLeftOut: Math.max(0, alerts.length - alertsShown),
    };
  });
}

/** Returns a delivery's stored headers with labels. `isId` marks a header that identifies the vendor's own record. */
const headersOf = (webhook: VendorWebhook | undefined, headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => ({
    label: lookUp(headerLabels, name) ?? lookUp(webhook?.headers ?? {}, name) ?? name,
    value,
    isId: !Object.hasOwn(headerLabels, name),
  }));
const headerLabels: Record<string, string> = { "content-type": "Content type", "user-agent": "Sent by" };

/**
 * Returns a hint on how to find the vendor's own record of a delivery. Returns null if the headers don't identify the
 * record.
 */
function recordOf(webhook: VendorWebhook | undefined, headers: Readonly<Record<string, string>>) {
  const id = webhook?.record && headers[webhook.record.idHeader];
  if (!webhook?.record || !id) return null;
  const { senderHeader, hint, copy } = webhook.record;
  const sender = headers[senderHeader];
  return { id, copy, hint: sender ? fillIn(hint, { sender }) : hint.replace(" {sender}", "") };
}

export type DeliveryDetail = Awaited<ReturnType<typeof getDelivery>>;

/** Returns everything that a body says, decoded: escapes, UTF-16 and base64 would keep a search from finding a scope. */
const textsOf = (
  bytes: Buffer,
  json: ReturnType<typeof readDeliveryBody>,
  alerts: readonly WebhookAlert[],
): string => {
  if (!json.ok) return bytes.toString("utf8");
  const unwrapped = alerts.filter(({ within }) => within).map(({ value }) => value);
  return JSON.stringify([json.value, ...unwrapped]);
};

/**
 * Whether the delivery's body is hidden from the actor. It is hidden if the body mentions a configuration that the
 * actor may not see.
 */
function isHidden(
  access: readonly ConfigurationAccess[],
  owner: ConfigurationAccess | undefined,
  text: string,
  alerts: readonly WebhookAlert[],
): boolean {
  if (owner && !owner.readable) return true;
  const closed = access.filter(({ readable }) => !readable).map(({ configuration }) => configuration.scopeId);
  const named = new Set(alerts.map(({ scopeId }) => scopeId));
  const lower = closed.length > 0 ? text.toLowerCase() : "";
  return closed.some((scopeId) => named.has(scopeId) || lower.includes(scopeId));
}

/** Lists at most 20 detections that a delivery brought. Leaves out detections that the actor may not see. */
async function listBrought(
  tx: Transaction,
  organisationId: string,
  ids: string[],
  access: readonly ConfigurationAccess[],
) {
  if (ids.length === 0) return [];
  const rows = await listFeedRows(tx, organisationId, ids.slice(0, detectionsShown));
  const readable = new Set(
    access.filter(({ readable }) => readable).map(({ configuration }) => configuration.id),
  );
  return rows.filter((row) => readable.has(row.configurationId)).map(({ id, title }) => ({ id, title }));
}

/** Returns the first 200,000 characters of a body. Indents a JSON body first. */
function shownBody(bytes: Buffer, json: string | null): string {
  return (json === null ? bytes.toString("utf8") : prettyJson(json)).slice(0, bodyShown);
}
