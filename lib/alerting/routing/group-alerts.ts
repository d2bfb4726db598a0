import type { NewGroup } from "#db/queries/alerting/groups.ts";
import type { RecentNotification } from "#db/queries/alerting/recent-notifications.ts";
import { isCoveredBy, type Weight } from "#lib/domain/grouping.ts";
import type { Recipient } from "#lib/domain/recipients.ts";

/**
 * Returns for each device, by device id, the recent notification into which an alert is grouped. That is the oldest one to
 * which the alert adds nothing, because its minute ends first. `recent` has the newest first. With `isAlwaysCovered` the
 * alert adds nothing to any recent notification.
 */
export const groupTargets = (
  alert: Weight,
  recent: readonly RecentNotification[],
  isAlwaysCovered: boolean,
): Map<string, RecentNotification> =>
  new Map(
    recent
      .filter((notification) => isAlwaysCovered || isCoveredBy(alert, notification))
      .map((notification) => [notification.deviceId, notification]),
  );

/**
 * Returns the other alert if this alert is grouped into its notifications on all devices; then one row records the grouping
 * instead of one for each device. Returns null if the two alerts differ in their devices.
 */
export function wholeGroup(
  recipients: readonly Recipient[],
  targets: ReadonlyMap<string, RecentNotification>,
  recent: readonly RecentNotification[],
): Pick<NewGroup, "reason" | "intoDetectionId" | "intoReason"> | null {
  const pushes = recipients.flatMap((recipient) => (recipient.way === "web_push" ? [recipient] : []));
  const [firstPush] = pushes;
  const into = firstPush && targets.get(firstPush.deviceId);
  if (!firstPush || !into) return null;
  const isForInto = ({ detectionId, reason }: RecentNotification) =>
    detectionId === into.detectionId && reason === into.reason;
  const isWhole = pushes.every(({ deviceId, reason }) => {
    const target = targets.get(deviceId);
    return reason === firstPush.reason && target !== undefined && isForInto(target);
  });
  if (!isWhole || recent.filter(isForInto).length !== pushes.length) return null;
  return { reason: firstPush.reason, intoDetectionId: into.detectionId, intoReason: into.reason };
}
