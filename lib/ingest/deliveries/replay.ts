import { gunzipSync } from "node:zlib";
import type { Transaction } from "#db/client.ts";
import { type DeliveryRow, getDeliveryRow, listUnclaimedFor } from "#db/queries/ingest/deliveries.ts";
import { type NewInboxRow, requeueDeliveries } from "#db/queries/ingest/inbox.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { inOrganisation } from "#db/client.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation, type Services } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { sealBody } from "../receive/body.ts";
import { deliveryGone } from "./get.ts";

const atOnce = 100;

/** Has a delivery merged once more, as it came. Throws `conflict` for one that was never read. */
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
        "This delivery was turned down at the door and not kept whole, so it can't be replayed. Have its sender send it again.",
      );
    await requeueDeliveries(tx, [waitingAgain(ctx.services, row, ctx.actor.name)]);
    await recordAudit(ctx, tx, "delivery.replayed", { kind: "delivery", id }, { outcome: row.outcome });
  });
  ctx.services.hints.publish("deliveries", organisationId);
}

/** Puts the unclaimed deliveries of a scope back, a batch a transaction, now that a configuration reads it. */
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
    const some: DeliveryRow[] = await inOrganisation(services.db, organisationId, async (tx: Transaction) => {
      const rows = await listUnclaimedFor(tx, organisationId, { webhook, scopeId }, after, atOnce);
      await requeueDeliveries(
        tx,
        rows.map((row) =>
          waitingAgain(services, row, `PocketSOC, once the ${manifest.words.scope} was claimed`),
        ),
      );
      return rows;
    });
    count += some.length;
    after = some.at(-1)?.id ?? null;
    if (!after) break;
  }
  if (count > 0) services.hints.publish("deliveries", organisationId);
  return count;
}

function waitingAgain(services: Services, row: DeliveryRow, by: string): NewInboxRow {
  const { organisationId, id, webhook, tokenId, receivedAt, sizeBytes, headers } = row;
  const body = sealBody(services, organisationId, id, gunzipSync(row.body));
  return { organisationId, id, webhook, tokenId, receivedAt, sizeBytes, headers, body, replayedBy: by };
}
