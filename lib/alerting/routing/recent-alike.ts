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

/**
 * Lists the web pushes of the last minute that were sent for one of `reasons` and for alerts of the same kind as a detection.
 */
export type RecentAlike = (
  open: OpenDetection,
  reasons: readonly NotificationReason[],
) => Promise<RecentNotification[]>;

/**
 * Returns a function that reads the recent web pushes of each kind of alerts only once. It returns the same array for all
 * detections of the kind. A plan adds its notifications to the array, so that the next detection is grouped into them.
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
 * Lists the web pushes to which an incident adds nothing: those of the last day for alerts on the same resource that are at
 * least as severe. They are taken for the incident's members, because no vendor's format that we know names the members.
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
