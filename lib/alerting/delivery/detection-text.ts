import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import type { NotificationReason } from "#lib/domain/notification.ts";
import { type Severity, severityLabel } from "#lib/domain/severity.ts";
import { cleanText } from "#lib/domain/text.ts";
import type { NotificationText } from "./payload.ts";

const titleLengthMax = 120;
/** how often the policy's minutes have passed */
const waits: Partial<Record<NotificationReason, number>> = {
  escalated_to_everyone: 1,
  escalated_to_admins: 2,
};

/** What a notification of an alert says. `groupedCount`: alerts like it that came within its minute. */
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
      ...(reason === "sample" ? ["A sample that you asked for"] : []),
      ...(groupedCount > 0 ? [`${groupedCount} more like it within a minute`] : []),
      ...(waitedMinutes > 0 ? [`Nobody has acknowledged it for ${waitedMinutes} minutes`] : []),
      ...(isPrivate ? [] : [cleanText(alert.configurationName, titleLengthMax)]),
    ].join(" · "),
    path: `/detections/${alert.id}`,
    tag: alert.id,
    // nobody acknowledges several alerts unseen
    canAcknowledge: alert.canAcknowledge && groupedCount === 0,
  };
}

/** What a test of a device says. */
export const testText = (id: string): NotificationText => ({
  title: "PocketSOC can reach this device",
  shortTitle: "PocketSOC can reach this device",
  body: "This is a test that you or an admin asked for. Alerts look like it.",
  path: "/settings/notifications",
  tag: id,
  canAcknowledge: false,
});
