import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import type { NotificationReason } from "#lib/domain/notification.ts";
import { type Severity, severityLabel } from "#lib/domain/severity.ts";
import { cleanText } from "#lib/domain/text.ts";
import type { NotificationText } from "./payload.ts";

const titleLengthMax = 120;
/** for each notification reason that is an escalation, the time since the alert as a multiple of `escalateMinutes` */
const waits: Partial<Record<NotificationReason, number>> = {
  escalated_to_everyone: 1,
  escalated_to_admins: 2,
};

/**
 * Composes the text of a notification of an alert. `groupedCount` is the number of similar alerts that are grouped into
 * the notification.
 */
export function detectionText(alert: {
  id: string;
  title: string;
  severity: Severity;
  configurationName: string;
  reason: NotificationReason;
  groupedCount: number;
  policy: NotificationPolicy;
  canAcknowledge: boolean;
}): NotificationText {
  const { reason, groupedCount } = alert;
  const { escalateMinutes, isPrivate } = alert.policy;
  const severity = severityLabel[alert.severity];
  const shortTitle = `${severity}: new ${reason === "sample" ? "sample" : "alert"}`;
  const waitedMinutes = (waits[reason] ?? 0) * escalateMinutes;
  return {
    shortTitle,
    title: isPrivate ? shortTitle : `${severity}: ${cleanText(alert.title, titleLengthMax)}`,
    body: [
      ...(reason === "sample" ? ["A sample, no attack"] : []),
      ...(groupedCount > 0
        ? [`${groupedCount} more ${reason === "sample" ? "samples" : "like it within a minute"}`]
        : []),
      ...(waitedMinutes > 0 ? [`Nobody has acknowledged it for ${waitedMinutes} minutes`] : []),
      ...(isPrivate ? [] : [cleanText(alert.configurationName, titleLengthMax)]),
    ].join(" · "),
    path: `/detections/${alert.id}`,
    tag: alert.id,
    // several alerts can't be acknowledged unseen
    canAcknowledge: alert.canAcknowledge && groupedCount === 0,
  };
}

/** Returns the text of the notification with which a person tests a device. */
export const testText = (id: string): NotificationText => ({
  title: "PocketSOC can reach this device",
  shortTitle: "PocketSOC can reach this device",
  body: "This is a test that you or an admin asked for. Alerts look like it.",
  path: "/settings/notifications",
  tag: id,
  canAcknowledge: false,
});

/** Returns the text that tells a person that a device was added. `name` is missing if the device was removed since. */
export const deviceAddedText = (id: string, name?: string): NotificationText => ({
  title: "A device was added to your account",
  shortTitle: "A device was added to your account",
  body: `${name ? `“${cleanText(name, titleLengthMax)}”` : "Another device"} gets your alerts now. If that isn't you, remove it under Settings > Notifications and tell an admin of your team.`,
  path: "/settings/notifications",
  tag: id,
  canAcknowledge: false,
});
