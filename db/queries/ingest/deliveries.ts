import { and, desc, eq, gt, inArray, lt, or, sql } from "drizzle-orm";
import type { DeliveryOutcome } from "#lib/domain/delivery.ts";
import type { Transaction } from "../../client.ts";
import { insertRecords } from "../../records.ts";
import { deliveries, webhookHealth, webhookTokens } from "../../schema/index.ts";

export type DeliveryRow = typeof deliveries.$inferSelect;

/** Inserts deliveries with their outcomes. A replayed delivery already has a row, which is updated. */
export async function putDeliveries(
  tx: Transaction,
  rows: (typeof deliveries.$inferInsert)[],
): Promise<void> {
  await insertRecords(
    tx,
    deliveries,
    rows,
    sql`on conflict (organisation_id, id) do update set merged_at = excluded.merged_at, schema = excluded.schema,
      outcome = excluded.outcome, reason = excluded.reason, mended = excluded.mended,
      scope_id = excluded.scope_id, unclaimed_scope_ids = excluded.unclaimed_scope_ids,
      configuration_id = excluded.configuration_id,
      detection_ids = excluded.detection_ids, replayed_by = excluded.replayed_by`,
  );
}

type DeliveryFilter = {
  outcomes?: DeliveryOutcome[];
  /** limits the result to this configuration's deliveries and to the heartbeats of its scope */
  configuration?: { id: string; scopeId: string; webhook: string | null };
  scopeId?: string;
};
/** The position of a page's last row: the row's time with microseconds, and its id. The next page begins after it. */
export type DeliveryCursor = { at: string; id: string };

const listed = {
  id: deliveries.id,
  webhook: deliveries.webhook,
  receivedAt: deliveries.receivedAt,
  mergedAt: deliveries.mergedAt,
  sizeBytes: deliveries.sizeBytes,
  schema: deliveries.schema,
  outcome: deliveries.outcome,
  reason: deliveries.reason,
  mended: deliveries.mended,
  scopeId: deliveries.scopeId,
  configurationId: deliveries.configurationId,
  detectionIds: deliveries.detectionIds,
  replayedBy: deliveries.replayedBy,
  cursorAt: sql<string>`to_char(${deliveries.receivedAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
};

/** Lists a page of deliveries after `cursor`, newest first, without their bodies. */
export async function listDeliveryRows(
  tx: Transaction,
  organisationId: string,
  filter: DeliveryFilter,
  cursor: DeliveryCursor | null,
  limit: number,
) {
  return tx
    .select(listed)
    .from(deliveries)
    .where(
      and(
        eq(deliveries.organisationId, organisationId),
        filter.outcomes?.length ? inArray(deliveries.outcome, filter.outcomes) : undefined,
        filter.configuration ? ofConfiguration(filter.configuration) : undefined,
        filter.scopeId ? namesScope(filter.scopeId) : undefined,
        cursor
          ? sql`(${deliveries.receivedAt}, ${deliveries.id}) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(deliveries.receivedAt), desc(deliveries.id))
    .limit(limit);
}

const namesScope = (id: string) =>
  or(eq(deliveries.scopeId, id), sql`${id} = any (${deliveries.unclaimedScopeIds})`);

const ofConfiguration = ({ id, scopeId, webhook }: NonNullable<DeliveryFilter["configuration"]>) =>
  or(
    eq(deliveries.configurationId, id),
    webhook === null
      ? undefined
      : and(
          eq(deliveries.outcome, "heartbeat"),
          eq(deliveries.webhook, webhook),
          eq(deliveries.scopeId, scopeId),
        ),
  );

/** Returns a delivery with its body, or undefined if there is none. */
export async function getDeliveryRow(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.organisationId, organisationId), eq(deliveries.id, id)));
  return rows[0];
}

/** Counts the deliveries since `since` by outcome. */
export async function countDeliveries(
  tx: Transaction,
  organisationId: string,
  since: Date,
): Promise<Partial<Record<DeliveryOutcome, number>>> {
  const rows = await tx
    .select({ outcome: deliveries.outcome, count: sql<number>`count(*)::integer` })
    .from(deliveries)
    .where(and(eq(deliveries.organisationId, organisationId), gt(deliveries.receivedAt, since)))
    .groupBy(deliveries.outcome);
  return Object.fromEntries(rows.map((row) => [row.outcome, row.count]));
}

/**
 * Lists up to 20 scopes that have unclaimed deliveries. Each has the number of these deliveries and the time of the latest.
 */
export async function listUnclaimed(tx: Transaction, organisationId: string) {
  return tx.execute<{ webhook: string; scopeId: string; count: number; lastAt: string }>(sql`
    select webhook, scope as "scopeId", count(*)::integer as count,
      to_char(max(received_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastAt"
    from deliveries, unnest(unclaimed_scope_ids) as scope
    where organisation_id = ${organisationId} and outcome = 'unclaimed'
    group by webhook, scope order by max(received_at) desc limit 20`);
}

/** Lists up to `limit` unclaimed deliveries to one webhook from a scope, sorted by id. Begins after the id `after`. */
export async function listUnclaimedFor(
  tx: Transaction,
  organisationId: string,
  { webhook, scopeId }: { webhook: string; scopeId: string },
  after: string | null,
  limit: number,
): Promise<DeliveryRow[]> {
  return tx
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.organisationId, organisationId),
        eq(deliveries.outcome, "unclaimed"),
        eq(deliveries.webhook, webhook),
        sql`${scopeId} = any (${deliveries.unclaimedScopeIds})`,
        after ? gt(deliveries.id, after) : undefined,
      ),
    )
    .orderBy(deliveries.id)
    .limit(limit);
}

/** Records when the webhook last brought an alert or a heartbeat for a configuration. */
export async function recordWebhookActivity(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  latest: { alert: Date | null; heartbeat: Date | null },
): Promise<void> {
  await tx
    .insert(webhookHealth)
    .values({
      organisationId,
      configurationId,
      firstHeardAt: latest.alert ?? latest.heartbeat,
      lastAlertAt: latest.alert,
      lastHeartbeatAt: latest.heartbeat,
    })
    .onConflictDoUpdate({
      target: [webhookHealth.organisationId, webhookHealth.configurationId],
      set: {
        firstHeardAt: sql`least(${webhookHealth.firstHeardAt}, excluded.first_heard_at)`,
        lastAlertAt: sql`greatest(${webhookHealth.lastAlertAt}, excluded.last_alert_at)`,
        lastHeartbeatAt: sql`greatest(${webhookHealth.lastHeartbeatAt}, excluded.last_heartbeat_at)`,
      },
    })
    .prepare("note_heard")
    .execute();
}

/** Records when a webhook token was last used, and when it last brought a heartbeat. */
export async function recordTokenUse(
  tx: Transaction,
  tokenId: string,
  used: { at: Date; heartbeat: Date | null },
): Promise<void> {
  await tx
    .update(webhookTokens)
    .set({
      lastUsedAt: sql`greatest(${webhookTokens.lastUsedAt}, ${used.at.toISOString()}::timestamptz)`,
      lastHeartbeatAt: used.heartbeat
        ? sql`greatest(${webhookTokens.lastHeartbeatAt}, ${used.heartbeat.toISOString()}::timestamptz)`
        : webhookTokens.lastHeartbeatAt,
    })
    .where(eq(webhookTokens.id, tokenId))
    .prepare("note_token_use")
    .execute();
}

const unusable: DeliveryOutcome[] = ["unrecognised", "rejected"];

const deletedMax = 5_000;

/**
 * Deletes deliveries received before `before`. Of the deliveries that couldn't be used, deletes all but the newest `kept`.
 * Deletes up to 5,000 deliveries for each of these two reasons. Returns the number of deleted deliveries.
 */
export async function deleteOldDeliveries(
  tx: Transaction,
  organisationId: string,
  before: Date,
  kept: number,
): Promise<number> {
  const own = eq(deliveries.organisationId, organisationId);
  const expired = tx
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(own, lt(deliveries.receivedAt, before)))
    .limit(deletedMax);
  const old = await tx
    .delete(deliveries)
    .where(and(own, inArray(deliveries.id, expired)))
    .returning({ id: deliveries.id });
  const surplus = tx
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(own, inArray(deliveries.outcome, unusable)))
    .orderBy(desc(deliveries.receivedAt), desc(deliveries.id))
    .offset(kept)
    .limit(deletedMax);
  const over = await tx
    .delete(deliveries)
    .where(and(own, inArray(deliveries.id, surplus)))
    .returning({ id: deliveries.id });
  return old.length + over.length;
}
