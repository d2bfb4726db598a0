import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import type { NotificationReason } from "#lib/domain/notification.ts";
import { tacticOf } from "#lib/domain/mitre.ts";
import { type Severity, severityLabel } from "#lib/domain/severity.ts";
import { cleanText, minutesText } from "#lib/domain/text.ts";
import type { NotificationText } from "./payload.ts";

const titleLengthMax = 120;
/** for each notification reason that is an escalation, the time since the alert as a multiple of `escalateMinutes` */
const waits: Partial<Record<NotificationReason, number>> = {
  escalated_to_everyone: 1,
  escalated_to_admins: 2,
};
/** Returns for how many minutes an alert had waited when it was escalated for this reason; 0 if the reason isn't an escalation. */
export const escalatedMinutes = (
  reason: NotificationReason,
  { escalateMinutes }: Pick<NotificationPolicy, "escalateMinutes">,
): number => (waits[reason] ?? 0) * escalateMinutes;

/**
 * Composes the text of a notification of an alert. `groupedCount` is the number of samples or incidents that are grouped into
 * the notification.
 */
export function detectionText(alert: {
  id: string;
  title: string;
  severity: Severity;
  resourceName: string;
  tactics: readonly string[];
  configurationName: string;
  /** who owned it until they were silent for too long; null if that isn't why it notifies */
  silentOwner: string | null;
  reason: NotificationReason;
  groupedCount: number;
  policy: NotificationPolicy;
  canAcknowledge: boolean;
}): NotificationText {
  const { reason, groupedCount } = alert;
  const { isPrivate } = alert.policy;
  const severity = severityLabel[alert.severity];
  const shortTitle = `${severity}: new ${reason === "sample" ? "sample" : "alert"}`;
  const waitedMinutes = escalatedMinutes(reason, alert.policy);
  const where = [
    alert.resourceName,
    alert.tactics.map((tactic) => tacticOf(tactic).label).join(", "),
    alert.configurationName,
  ];
  return {
    shortTitle,
    title: isPrivate ? shortTitle : `${severity}: ${cleanText(alert.title, titleLengthMax)}`,
    body: [
      ...(reason === "sample" ? ["A sample, no attack"] : []),
      ...(groupedCount > 0
        ? [
            reason === "sample"
              ? `${groupedCount} more ${groupedCount === 1 ? "sample" : "samples"}`
              : "and an incident of which it is a part",
          ]
        : []),
      ...(alert.silentOwner && !isPrivate
        ? [`${cleanText(alert.silentOwner, titleLengthMax)} had it and was silent`]
        : []),
      ...(waitedMinutes > 0 ? [`Nobody has acknowledged it for ${minutesText(waitedMinutes)}`] : []),
      ...(isPrivate ? [] : where.filter(Boolean).map((text) => cleanText(text, titleLengthMax))),
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
