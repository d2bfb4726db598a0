import { gunzipSync } from "node:zlib";
import type { Transaction } from "#db/client.ts";
import { type DeliveryRow, getDeliveryRow, listUnclaimedFor } from "#db/queries/ingest/deliveries.ts";
import { type NewInboxRow, requeueDeliveries } from "#db/queries/ingest/inbox.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { inOrganisation } from "#db/client.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation, type Services } from "#lib/core/context.ts";
import { requesterOf } from "#lib/core/requester.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { sealBody } from "../receive/body.ts";
import { deliveryGone } from "./get.ts";

const batchLimit = 100;

/**
 * Puts a delivery back into the inbox, so that it is merged again. Throws ServiceError `not_found`, or `conflict` for a
 * rejected delivery.
 */
export async function replayDelivery(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, deliveryGone);
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    const row = await getDeliveryRow(tx, organisationId, id);
    if (!row) throw deliveryGone();
    if (row.outcome === "rejected")
      throw new ServiceError(
        "conflict",
        "This delivery was rejected on receipt and not stored whole, so it can't be replayed. Have its sender send it again.",
      );
    await requeueDeliveries(tx, [
      { ...inboxRowOf(ctx.services, row, ctx.actor.name), requester: requesterOf(ctx.actor) },
    ]);
    await recordAudit(ctx, tx, "delivery.replayed", { kind: "delivery", id }, { outcome: row.outcome });
  });
  ctx.services.hints.publish("deliveries", organisationId);
}

/**
 * Adopts the unclaimed deliveries of a scope once a configuration reads the scope. Puts them back into the inbox, one
 * transaction for each batch. Returns the number of deliveries.
 */
export async function mergeUnclaimed(
  services: Services,
  of: { organisationId: string; vendor: string; scopeId: string },
  signal: AbortSignal,
): Promise<number> {
  const { organisationId, scopeId } = of;
  const { manifest } = vendorOf(services, of);
  const webhook = manifest.webhook?.id;
  if (webhook === undefined) return 0;
  let count = 0;
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted();
    const batch: DeliveryRow[] = await inOrganisation(
      services.db,
      organisationId,
      async (tx: Transaction) => {
        const rows = await listUnclaimedFor(tx, organisationId, { webhook, scopeId }, after, batchLimit);
        await requeueDeliveries(
          tx,
          rows.map((row) =>
            inboxRowOf(services, row, `PocketSOC, once a configuration read the ${manifest.words.scope}`),
          ),
        );
        return rows;
      },
    );
    count += batch.length;
    after = batch.at(-1)?.id ?? null;
    if (!after) break;
  }
  if (count > 0) services.hints.publish("deliveries", organisationId);
  return count;
}

function inboxRowOf(services: Services, row: DeliveryRow, by: string): NewInboxRow {
  const { organisationId, id, webhook, tokenId, receivedAt, sizeBytes, headers } = row;
  const body = sealBody(services, organisationId, id, gunzipSync(row.body));
  return { organisationId, id, webhook, tokenId, receivedAt, sizeBytes, headers, body, replayedBy: by };
}
