import {
  countDeliveries,
  type DeliveryCursor,
  type DeliveryRow,
  listDeliveryRows,
  listUnclaimed,
} from "#db/queries/ingest/deliveries.ts";
import { countWaiting } from "#db/queries/ingest/inbox.ts";
import { listRefusals } from "#db/queries/ingest/webhook-refusals.ts";
import { wordsOf } from "#lib/domain/vendor-words.ts";
import { DeliveryCursorText, type DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { type ConfigurationAccess, listAccess } from "#lib/core/access.ts";
import { authorise, type Context, inOwnOrganisation, type Services } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { schemaLabelOf, vendorOfWebhook } from "../merge/read-delivery.ts";

const pageSize = 50;
const dayMs = 86_400_000;

/**
 * Returns one page of deliveries, newest first. Also returns the counts of the last 24 hours, the number of deliveries
 * in the inbox, and the unclaimed scopes.
 */
export async function listDeliveries(ctx: Context, query: DeliveryQuery, cursorText: string | null) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const dayAgo = new Date(now.getTime() - dayMs);
  return inOwnOrganisation(ctx, async (tx) => {
    const access = await listAccess(ctx, tx);
    const configurations = access.map(({ configuration, readable }) => ({
      id: configuration.id,
      displayName: configuration.displayName,
      scopeId: configuration.scopeId,
      webhook: webhookOf(ctx.services, configuration),
      readable,
    }));
    const chosen = configurations.find(({ id }) => id === query.configuration);
    const filter = {
      outcomes: query.outcome,
      ...(chosen ? { configuration: chosen } : {}),
      ...(query.scope ? { scopeId: query.scope } : {}),
    };
    const rows = await listDeliveryRows(tx, organisationId, filter, cursorOf(cursorText), pageSize + 1);
    const page = rows.slice(0, pageSize);
    const last = page.at(-1);
    const refusals = [...(await listRefusals(tx, dayAgo)).values()];
    return {
      items: page.map(({ cursorAt: _at, ...row }) => {
        const configuration = configurations.find((configuration) => belongs(row, configuration));
        return {
          ...row,
          receivedAt: row.receivedAt.toISOString(),
          mergedAt: row.mergedAt.toISOString(),
          schemaLabel: schemaLabelOf(vendorOfWebhook(ctx.services, row.webhook).vendor, row.schema),
          tookMs: tookMs(row),
          configurationName: configuration?.displayName ?? null,
          // ids only for people who may see the detections
          detectionIds: configuration?.readable ? row.detectionIds : [],
        };
      }),
      nextCursor: rows.length > pageSize && last ? `${last.cursorAt}_${last.id}` : null,
      day: await countDeliveries(tx, organisationId, dayAgo),
      waiting: await countWaiting(tx, organisationId),
      unclaimed: unclaimedOf(ctx.services, await listUnclaimed(tx, organisationId), access),
      /** the number of calls with invalid tokens in the last 24 hours, for the whole portal */
      badTokens: refusals.reduce((sum, count) => sum + count, 0),
      configurations,
      now: now.toISOString(),
    };
  });
}
export type DeliveryPage = Awaited<ReturnType<typeof listDeliveries>>;
export type DeliveryItem = DeliveryPage["items"][number];

/** Lists the scopes with unclaimed deliveries. An entry names the scope's disabled configuration, if there is one. */
function unclaimedOf(
  services: Services,
  rows: Awaited<ReturnType<typeof listUnclaimed>>,
  access: readonly ConfigurationAccess[],
) {
  return rows.flatMap(({ webhook, scopeId, ...row }) => {
    const owners = access.filter(
      ({ configuration }) =>
        configuration.scopeId === scopeId && webhookOf(services, configuration) === webhook,
    );
    const owner = owners.find(({ configuration }) => configuration.disabledAt)?.configuration;
    // only enabled configurations read the scope: these deliveries are about to be adopted
    if (!scopeId || (owners.length > 0 && !owner)) return [];
    const disabled = owner ? { id: owner.id, displayName: owner.displayName } : null;
    const { vendor: poster, reader } = vendorOfWebhook(services, webhook);
    // no configuration can be added for a vendor that isn't offered
    if (!reader) return [];
    const { id: vendor, words } = poster.manifest;
    return [{ ...row, scopeId, disabled, vendor, words: wordsOf(words) }];
  });
}

/**
 * Returns the time from receipt to merge in ms. Returns null for a replayed delivery, because the time of its first
 * merge isn't stored.
 */
export function tookMs({ receivedAt, mergedAt, replayedBy }: Pick<DeliveryRow, TookKeys>): number | null {
  return replayedBy ? null : Math.max(0, mergedAt.getTime() - receivedAt.getTime());
}
type TookKeys = "receivedAt" | "mergedAt" | "replayedBy";

/** Returns the id of the webhook that a configuration's vendor posts to. Returns null if the vendor has no webhook. */
export const webhookOf = (services: Services, configuration: { vendor: string }): string | null =>
  vendorOf(services, configuration).manifest.webhook?.id ?? null;

/** Whether a delivery belongs to a configuration. A heartbeat belongs to the configuration with its scope. */
export function belongs(
  row: Pick<DeliveryRow, "configurationId" | "outcome" | "scopeId" | "webhook">,
  { id, scopeId, webhook }: { id: string; scopeId: string; webhook: string | null },
): boolean {
  if (row.outcome === "heartbeat") return row.webhook === webhook && row.scopeId === scopeId;
  return row.configurationId === id;
}

function cursorOf(text: string | null): DeliveryCursor | null {
  const parsed = DeliveryCursorText.safeParse(text);
  if (!parsed.success) return null;
  const [at = "", id = ""] = parsed.data.split("_");
  return { at, id };
}
