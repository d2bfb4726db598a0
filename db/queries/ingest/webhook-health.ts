import { and, eq, gte, sql } from "drizzle-orm";
import type { Severity } from "#lib/domain/severity.ts";
import type { Transaction } from "../../client.ts";
import { detectionSources, detections, webhookHealth } from "../../schema/index.ts";
import { sourceOfDetection } from "../joins.ts";

export type WebhookHealthRow = typeof webhookHealth.$inferSelect;

/** Returns the webhook health of each configuration, keyed by id. */
export async function listWebhookHealth(
  tx: Transaction,
  organisationId: string,
): Promise<Map<string, WebhookHealthRow>> {
  const rows = await tx.select().from(webhookHealth).where(eq(webhookHealth.organisationId, organisationId));
  return new Map(rows.map((row) => [row.configurationId, row]));
}

/**
 * Records how many alerts the webhook has missed since it last brought an alert. A missed alert was found by a poll before
 * `before` and raised after the webhook's first delivery, and its severity is one of `severities`.
 */
export async function recordMissedDeliveries(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  severities: readonly Severity[],
  before: Date,
): Promise<void> {
  if (severities.length === 0) return;
  const sent = sql.join(
    severities.map((severity) => sql`${severity}`),
    sql`, `,
  );
  await tx.execute(sql`
    update webhook_health p set missed_count = found.count, missed_since = found.since
    from (
      select count(d.id)::integer as count, min(s.first_polled_at) filter (where d.id is not null) as since
      from webhook_health h
      left join detection_sources s on s.organisation_id = h.organisation_id
        and s.configuration_id = h.configuration_id and s.first_delivered_at is null
        and s.first_polled_at > coalesce(h.last_alert_at, h.first_heard_at)
        and s.first_polled_at < ${before.toISOString()}::timestamptz
      left join detections d on d.organisation_id = s.organisation_id and d.id = s.detection_id
        and d.severity in (${sent}) and d.occurred_at > h.first_heard_at
      where h.organisation_id = ${organisationId} and h.configuration_id = ${configurationId}
    ) found
    where p.organisation_id = ${organisationId} and p.configuration_id = ${configurationId}
      and p.missed_count is distinct from found.count`);
}

export type WebhookCoverage = {
  configurationId: string;
  alerts: number;
  pushed: number;
  /** 95th percentile of the time in seconds that alerts took to arrive by webhook */
  p95Seconds: number | null;
};

/**
 * Returns the webhook coverage of each configuration, keyed by configuration id. Counts the alerts that were raised since
 * `since` and after the webhook's first delivery.
 */
export async function listWebhookCoverage(
  tx: Transaction,
  organisationId: string,
  since: Date,
): Promise<Map<string, WebhookCoverage>> {
  const rows = await tx
    .select({
      configurationId: detections.configurationId,
      alerts: sql<number>`count(*)::integer`,
      pushed: sql<number>`count(${detectionSources.firstDeliveredAt})::integer`,
      p95Seconds: sql<
        number | null
      >`percentile_cont(0.95) within group (order by extract(epoch from ${detectionSources.firstDeliveredAt} - ${detections.occurredAt}))::float8`,
    })
    .from(detections)
    .innerJoin(detectionSources, sourceOfDetection)
    .innerJoin(
      webhookHealth,
      and(
        eq(webhookHealth.organisationId, detections.organisationId),
        eq(webhookHealth.configurationId, detections.configurationId),
      ),
    )
    .where(
      and(
        eq(detections.organisationId, organisationId),
        gte(detections.occurredAt, since),
        sql`(${detectionSources.firstDeliveredAt} is not null or ${detections.occurredAt} > ${webhookHealth.firstHeardAt})`,
      ),
    )
    .groupBy(detections.configurationId);
  return new Map(rows.map((row) => [row.configurationId, row]));
}
