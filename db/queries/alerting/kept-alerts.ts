import { and, eq, inArray, sql } from "drizzle-orm";
import { digestedStates } from "#lib/domain/notification.ts";
import type { Severity } from "#lib/domain/severity.ts";
import type { Transaction } from "../../client.ts";
import { detections, notifications } from "../../schema/index.ts";
import { detectionOfNotification } from "../joins.ts";

const isKeptFor = (organisationId: string, digestId: string) =>
  and(
    eq(notifications.organisationId, organisationId),
    eq(notifications.digestId, digestId),
    inArray(notifications.state, [...digestedStates]),
  );

/**
 * Counts the alerts of these configurations that are kept for a digest. Returns, for each severity, the number of alerts
 * and how many of these are closed.
 */
export async function countKeptFor(
  tx: Transaction,
  organisationId: string,
  digestId: string,
  configurationIds: readonly string[],
): Promise<{ severity: Severity; alerts: number; closed: number }[]> {
  if (configurationIds.length === 0) return [];
  return tx
    .select({
      severity: detections.severity,
      alerts: sql<number>`count(distinct ${detections.id})::int`,
      closed: sql<number>`count(distinct ${detections.id}) filter (where ${detections.status} in ('resolved', 'dismissed'))::int`,
    })
    .from(notifications)
    .innerJoin(detections, detectionOfNotification)
    .where(
      and(isKeptFor(organisationId, digestId), inArray(detections.configurationId, [...configurationIds])),
    )
    .groupBy(detections.severity);
}

/** Lists the ids of up to `limit` detections that are kept for a digest. */
export async function listKeptFor(
  tx: Transaction,
  organisationId: string,
  digestId: string,
  limit: number,
): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ id: notifications.detectionId })
    .from(notifications)
    .where(isKeptFor(organisationId, digestId))
    .limit(limit);
  return rows.flatMap(({ id }) => id ?? []);
}
