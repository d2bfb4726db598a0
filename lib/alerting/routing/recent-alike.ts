import type { Transaction } from "#db/client.ts";
import {
  alertKindKey,
  listRecentOfKind,
  listRecentOnResource,
  type RecentNotification,
} from "#db/queries/alerting/recent-notifications.ts";
import { groupWindowMs, incidentWindowMs } from "#lib/domain/grouping.ts";
import type { NotificationReason } from "#lib/domain/notification.ts";
import type { Services } from "#lib/core/context.ts";
import { alertKindOf, type OpenDetection } from "./open-detections.ts";

/** Lists the web pushes of the last minute for alerts of a detection's kind that were sent for one of `reasons`. */
export type RecentAlike = (
  open: OpenDetection,
  reasons: readonly NotificationReason[],
) => Promise<RecentNotification[]>;

/**
 * Reads each kind once and returns the same array for all of its detections. A plan adds its notifications to the array, so that the
 * next detection is grouped into them.
 */
export function openRecentAlike(services: Services, tx: Transaction, organisationId: string): RecentAlike {
  const since = new Date(services.now().getTime() - groupWindowMs);
  const lists = new Map<string, RecentNotification[]>();
  return async (open, reasons) => {
    const kind = alertKindOf(open);
    const key = `${reasons.join()} ${alertKindKey(kind)}`;
    const recent = lists.get(key) ?? (await listRecentOfKind(tx, organisationId, kind, since, reasons));
    lists.set(key, recent);
    return recent;
  };
}

/**
 * Lists the web pushes that an incident adds nothing to: those of the last day for alerts on its resource that are at least as severe.
 * They stand for the incident's members, which vendors don't name in any format that we know.
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
