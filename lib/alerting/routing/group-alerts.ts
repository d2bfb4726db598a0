import type { NewGroup } from "#db/queries/alerting/groups.ts";
import type { RecentNotification } from "#db/queries/alerting/recent-notifications.ts";
import type { Recipient } from "#lib/domain/recipients.ts";

type Pushed = Extract<Recipient, { way: "web_push" }>;
type Targets = ReturnType<typeof groupTargets>;

/**
 * Finds, for each recipient's device, the notification into which a sample or an incident is grouped: the oldest that the device
 * got, or that a message to the person named. `standIns` begins with the newest.
 */
export function groupTargets(standIns: readonly RecentNotification[]) {
  const byDevice = new Map(
    standIns.map((notification) => [notification.deviceId ?? notification.userId, notification]),
  );
  return { of: ({ deviceId, userId }: Pushed) => byDevice.get(deviceId) ?? byDevice.get(userId) };
}

/**
 * Returns the alert into whose notifications a sample or an incident is grouped on every device. Returns null if the devices
 * differ.
 */
export function wholeGroup(
  recipients: readonly Recipient[],
  targets: Targets,
  standIns: readonly RecentNotification[],
): Pick<NewGroup, "reason" | "intoDetectionId" | "intoReason" | "intoRound"> | null {
  const pushes = recipients.flatMap((recipient) => (recipient.way === "web_push" ? [recipient] : []));
  const [firstPush] = pushes;
  const into = firstPush && targets.of(firstPush);
  if (!firstPush || !into) return null;
  const isForInto = ({ detectionId, reason, round, deviceId }: RecentNotification) =>
    deviceId !== null && detectionId === into.detectionId && reason === into.reason && round === into.round;
  const isWhole = pushes.every((push) => {
    const target = targets.of(push);
    return push.reason === firstPush.reason && target !== undefined && isForInto(target);
  });
  if (!isWhole || standIns.filter(isForInto).length !== pushes.length) return null;
  const { detectionId: intoDetectionId, reason: intoReason, round: intoRound } = into;
  return { reason: firstPush.reason, intoDetectionId, intoReason, intoRound };
}
