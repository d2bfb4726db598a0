import type { NewGroup } from "#db/queries/alerting/groups.ts";
import type { RecentNotification } from "#db/queries/alerting/recent-notifications.ts";
import { isCoveredBy, type Weight } from "#lib/domain/grouping.ts";
import type { Recipient } from "#lib/domain/recipients.ts";

/**
 * The notification on each device that an alert is grouped into, by device id: of the recent ones that it adds nothing to,
 * the oldest, since its minute ends first. `recent` has the newest first. With `isAlwaysCovered`, the alert adds nothing to
 * any of them.
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
 * The other alert that this one is grouped with as a whole: every device that it would be sent to counts it in the
 * notification for that alert, and no other device was sent that one. Then one row says so for all devices. Null where
 * devices differ.
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
