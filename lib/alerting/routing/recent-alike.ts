import type { Transaction } from "#db/client.ts";
import {
  alertKindKey,
  listRecentOfKind,
  listRecentOnResource,
  type RecentNotification,
} from "#db/queries/alerting/recent-notifications.ts";
import { groupWindowMs, incidentWindowMs, sampleWindowMs } from "#lib/domain/grouping.ts";
import type { NotificationReason } from "#lib/domain/notification.ts";
import type { Services } from "#lib/core/context.ts";
import { alertKindOf, type OpenDetection } from "./open-detections.ts";

/** Lists recent web pushes for alerts that are grouped with a detection, the last minute's or for samples the last ten's. Each push has one of `reasons`. */
export type RecentAlike = (
  open: OpenDetection,
  reasons: readonly NotificationReason[],
) => Promise<RecentNotification[]>;

/**
 * Returns a function that reads the recent web pushes of each kind of alerts once. Detections of one kind get the same
 * array. A plan adds its notifications to the array.
 */
export function openRecentAlike(services: Services, tx: Transaction, organisationId: string): RecentAlike {
  const lists = new Map<string, RecentNotification[]>();
  return async (open, reasons) => {
    const kind = alertKindOf(open);
    const windowMs = open.detection.isSample ? sampleWindowMs : groupWindowMs;
    const since = new Date(services.now().getTime() - windowMs);
    const key = `${reasons.join()} ${alertKindKey(kind)}`;
    const recent = lists.get(key) ?? (await listRecentOfKind(tx, organisationId, kind, since, reasons));
    lists.set(key, recent);
    return recent;
  };
}

/**
 * Lists the web pushes of the last day for alerts that are at least as severe as an incident and on the same resource.
 * Such alerts count as the incident's members, because no vendor names the members.
 */
export async function listRecentMembers(
  services: Services,
  tx: Transaction,
  { detection: { organisationId, isIncident, ...incident } }: OpenDetection,
): Promise<RecentNotification[]> {
  // an incident without a resource or with an unknown severity may be about anything
  if (!isIncident || incident.resourceName === "" || incident.severity === "unknown") return [];
  const since = new Date(services.now().getTime() - incidentWindowMs);
  return listRecentOnResource(tx, organisationId, incident, since);
}
