import type { NotificationReason, Rules } from "#lib/domain/notification.ts";
import { type Severity, severityLabel } from "#lib/domain/severity.ts";
import { cleanText } from "#lib/domain/text.ts";

/** What a notification says; what it leads to is asked for after it was opened. */
export type NotificationText = {
  title: string;
  /** what fits everywhere */
  shortTitle: string;
  body: string;
  path: string;
  tag: string;
  /** it is about one alert that nobody has acknowledged yet, and its person may do that */
  canAcknowledge: boolean;
};

const titleLengthMax = 120;
const waits: Partial<Record<NotificationReason, number>> = { unacknowledged: 1, admins: 2 };

export function detectionText(one: {
  id: string;
  title: string;
  severity: Severity;
  configurationName: string;
  reason: NotificationReason;
  /** alerts like it that came within the minute */
  more: number;
  rules: Rules;
  canAcknowledge: boolean;
}): NotificationText {
  const { escalateMinutes, isPrivate } = one.rules;
  const shortTitle = `${severityLabel[one.severity]}: new alert`;
  const waited = (waits[one.reason] ?? 0) * escalateMinutes;
  return {
    shortTitle,
    title: isPrivate ? shortTitle : `${severityLabel[one.severity]}: ${cleanText(one.title, titleLengthMax)}`,
    body: [
      ...(one.more > 0 ? [`${one.more} more like it within a minute`] : []),
      ...(waited > 0 ? [`Nobody has acknowledged it for ${waited} minutes`] : []),
      ...(isPrivate ? [] : [cleanText(one.configurationName, titleLengthMax)]),
    ].join(" · "),
    path: `/detections/${one.id}`,
    tag: one.id,
    // several that nobody has looked at aren't acknowledged unseen
    canAcknowledge: one.canAcknowledge && one.more === 0,
  };
}

export const testText = (id: string): NotificationText => ({
  title: "PocketSOC can reach this device",
  shortTitle: "PocketSOC can reach this device",
  body: "You asked for this test. Alerts look like it.",
  path: "/settings/notifications",
  tag: id,
  canAcknowledge: false,
});

/**
 * The message as Declarative Web Push has it (iOS 18.4 and later show it without a line of script), which the service
 * worker elsewhere reads the same way. An update takes its notification's place without a sound. `receipt` lets
 * the device say that it was shown and opened, and its person acknowledge it.
 */
export function payloadOf(
  portalUrl: string,
  { title, body, path, tag, canAcknowledge }: NotificationText,
  receipt: string,
  isUpdate: boolean,
): string {
  const navigate = `${portalUrl}${path}?told=${receipt}`;
  return JSON.stringify({
    web_push: 8030,
    notification: {
      title,
      body,
      navigate,
      tag,
      lang: "en",
      dir: "auto",
      data: { receipt, isUpdate, canAcknowledge },
    },
  });
}
