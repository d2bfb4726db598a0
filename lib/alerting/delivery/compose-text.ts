import type { Transaction } from "#db/client.ts";
import { getAlarm } from "#db/queries/alerting/alarms.ts";
import { listDevicesOf } from "#db/queries/alerting/devices.ts";
import { getDigest } from "#db/queries/alerting/digests.ts";
import type { NotificationRow } from "#db/queries/alerting/notifications.ts";
import { getPreferences } from "#db/queries/alerting/preferences.ts";
import { listToldChanges } from "#db/queries/alerting/told-changes.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { type ChangeReason, isChangeReason } from "#lib/domain/notification.ts";
import { namesAlerts } from "#lib/domain/digest.ts";
import { type Role, roleAllows } from "#lib/domain/roles.ts";
import { alarmText } from "../alarms/alarm-text.ts";
import { digestText } from "../digests/digest-text.ts";
import { saidText } from "../digests/said-text.ts";
import { changesText } from "./changes-text.ts";
import { detectionText, deviceAddedText, testText } from "./detection-text.ts";
import type { Lookups } from "./lookups.ts";
import type { NotificationText } from "./payload.ts";
import { Superseded, Unsendable } from "./prepared.ts";

const notTheirs = () =>
  new Unsendable("Its person may not see it any more, or what it is about was deleted.");

/**
 * Composes a notification's text. Throws `Unsendable` if the recipient may no longer see the alert, digest or alarm, and
 * `Superseded` if the alert has begun another round.
 */
export async function composeText(
  tx: Transaction,
  lookups: Lookups,
  notification: NotificationRow,
): Promise<NotificationText> {
  const { id, userId, detectionId, digestId, alarmId } = notification;
  const role = (await lookups.roles()).get(userId);
  if (!role) throw notTheirs();
  if (detectionId) return composeDetection(lookups, notification, detectionId, role);
  if (digestId) return composeDigest(tx, lookups, notification, digestId);
  if (alarmId) return composeAlarm(tx, lookups, notification, alarmId, role);
  if (isChangeReason(notification.reason))
    return composeChanges(tx, lookups, notification, notification.reason);
  if (notification.reason === "device_added") return composeDeviceAdded(tx, notification);
  return testText(id);
}

async function composeDetection(
  lookups: Lookups,
  { id, userId, reason, round }: NotificationRow,
  detectionId: string,
  role: Role,
): Promise<NotificationText> {
  const found = await lookups.detection(detectionId);
  const { readableOf } = await lookups.readable();
  if (!found || !readableOf(userId).includes(found.configuration.id)) throw notTheirs();
  const { title, severity, resourceName, tactics, ownedSince, notifyRound, isSample } = found.detection;
  // a sample that is reopened notifies nobody anew
  if (round !== notifyRound && !isSample) throw new Superseded("It notified anew before this was sent.");
  return detectionText({
    id: detectionId,
    title,
    severity,
    resourceName,
    tactics,
    configurationName: found.configuration.displayName,
    silentOwner: found.silentOwnerName,
    reason,
    groupedCount: (await lookups.groupedCounts()).get(id) ?? 0,
    policy: await lookups.policy(),
    canAcknowledge: ownedSince === null && roleAllows(role, "detections.triage"),
  });
}

async function composeDigest(
  tx: Transaction,
  lookups: Lookups,
  { organisationId, userId, reason }: NotificationRow,
  digestId: string,
): Promise<NotificationText> {
  const digest = await getDigest(tx, organisationId, digestId);
  if (!digest) throw notTheirs();
  if (namesAlerts(digest.kind)) {
    const said = await lookups.said(digestId, userId);
    if (said.length === 0) throw notTheirs();
    return saidText(digest, reason, said, await lookups.policy());
  }
  const { configurationId } = digest;
  const { readableOf } = await lookups.readable();
  if (configurationId && !readableOf(userId).includes(configurationId)) throw notTheirs();
  const name = await nameOf(tx, organisationId, configurationId);
  const timeZone = (await getPreferences(tx, organisationId, userId))?.shift.timeZone ?? "UTC";
  return digestText(digest, name, await lookups.policy(), timeZone);
}

async function composeAlarm(
  tx: Transaction,
  lookups: Lookups,
  { id, organisationId, reason }: NotificationRow,
  alarmId: string,
  role: Role,
): Promise<NotificationText> {
  const alarm = await getAlarm(tx, organisationId, alarmId);
  if (!alarm || role !== "admin") throw notTheirs();
  const name = await nameOf(tx, organisationId, alarm.configurationId);
  // a separate tag, so that it doesn't replace the alarm on the device
  const tag = reason === "recovered" ? id : alarm.id;
  return alarmText(alarm, { isRecovery: reason === "recovered", name, tag, policy: await lookups.policy() });
}

async function composeChanges(
  tx: Transaction,
  lookups: Lookups,
  { id, organisationId, userId, changeIds }: NotificationRow,
  reason: ChangeReason,
): Promise<NotificationText> {
  const configurationIds = (await lookups.readable()).readableOf(userId);
  const told = { changeIds: changeIds ?? [], reason, userId, configurationIds };
  const changes = await listToldChanges(tx, organisationId, told);
  if (changes.length === 0) throw new Superseded("It was settled before this was sent.");
  return changesText(id, reason, changes, await lookups.policy());
}

/** Names the person's newest other device that was added before the notification was queued. */
async function composeDeviceAdded(
  tx: Transaction,
  { id, organisationId, userId, deviceId, queuedAt }: NotificationRow,
): Promise<NotificationText> {
  const [newest] = (await listDevicesOf(tx, organisationId, userId))
    .filter((device) => device.id !== deviceId && device.createdAt <= queuedAt)
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  return deviceAddedText(id, newest?.name);
}

/**
 * Returns a configuration's name, or null if `configurationId` is null. Throws `Unsendable` if the configuration was deleted.
 */
async function nameOf(
  tx: Transaction,
  organisationId: string,
  configurationId: string | null,
): Promise<string | null> {
  if (!configurationId) return null;
  const found = await getConfiguration(tx, organisationId, configurationId);
  if (!found) throw notTheirs();
  return found.configuration.displayName;
}
