import type { NewGroup } from "#db/queries/alerting/groups.ts";
import type { RecentNotification } from "#db/queries/alerting/recent-notifications.ts";
import { isCoveredBy, type Weight } from "#lib/domain/grouping.ts";
import type { Recipient } from "#lib/domain/recipients.ts";

/**
 * Returns, by device id, the recent notification into which an alert is grouped. This is the oldest notification to
 * which the alert adds nothing. `recent` begins with the newest. With `isAlwaysCovered`, the alert adds nothing to any
 * of them.
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
 * Returns the alert into whose notifications a new alert is grouped on every device. Returns null if the devices
 * differ.
 */
export function wholeGroup(
  recipients: readonly Recipient[],
  targets: ReadonlyMap<string, RecentNotification>,
  recent: readonly RecentNotification[],
): Pick<NewGroup, "reason" | "intoDetectionId" | "intoReason" | "intoRound"> | null {
  const pushes = recipients.flatMap((recipient) => (recipient.way === "web_push" ? [recipient] : []));
  const [firstPush] = pushes;
  const into = firstPush && targets.get(firstPush.deviceId);
  if (!firstPush || !into) return null;
  const isForInto = ({ detectionId, reason, round }: RecentNotification) =>
    detectionId === into.detectionId && reason === into.reason && round === into.round;
  const isWhole = pushes.every(({ deviceId, reason }) => {
    const target = targets.get(deviceId);
    return reason === firstPush.reason && target !== undefined && isForInto(target);
  });
  if (!isWhole || recent.filter(isForInto).length !== pushes.length) return null;
  const { detectionId: intoDetectionId, reason: intoReason, round: intoRound } = into;
  return { reason: firstPush.reason, intoDetectionId, intoReason, intoRound };
}
