import type { Transaction } from "#db/client.ts";
import {
  listRecentOnResource,
  listRecentSamples,
  type RecentNotification,
} from "#db/queries/alerting/recent-notifications.ts";
import { incidentWindowMs, sampleWindowMs } from "#lib/domain/grouping.ts";
import type { Services } from "#lib/core/context.ts";
import type { OpenDetection } from "./open-detections.ts";
import type { Plan, PlannedDetection } from "./plan-notifications.ts";

/**
 * Lists the notifications, newest first, that stand for a sample or an incident: for a sample, the configuration's samples of the
 * last ten minutes; for an incident, the alerts of the last day that are at least as severe and on the same resource. Such alerts
 * count as the incident's members, because no vendor names the members. For any other alert the list is empty.
 */
export async function listStandIns(
  services: Services,
  tx: Transaction,
  plan: Plan,
  { organisationId, ...alert }: OpenDetection["detection"],
): Promise<RecentNotification[]> {
  const isStoodFor = standInFor(alert);
  if (!isStoodFor) return [];
  const before = (ms: number) => new Date(services.now().getTime() - ms);
  const stored = alert.isSample
    ? await listRecentSamples(tx, organisationId, alert.configurationId, before(sampleWindowMs))
    : await listRecentOnResource(tx, organisationId, alert, before(incidentWindowMs));
  const planned = plan.standIns.filter(({ detection }) => isStoodFor(detection));
  return [...planned.map(({ notification }) => notification).toReversed(), ...stored];
}

/** Returns whether a planned detection's notifications stand for an alert; null if nothing stands for the alert. */
function standInFor(alert: PlannedDetection): ((other: PlannedDetection) => boolean) | null {
  const { configurationId, resourceName, severity, severityRank, isSample, isIncident } = alert;
  if (isSample) return (other) => other.isSample && other.configurationId === configurationId;
  // an incident without a resource or with an unknown severity may be about anything
  if (!isIncident || resourceName === "" || severity === "unknown") return null;
  return (other) =>
    !other.isSample &&
    !other.isIncident &&
    other.configurationId === configurationId &&
    other.resourceName === resourceName &&
    other.severityRank >= severityRank;
}
