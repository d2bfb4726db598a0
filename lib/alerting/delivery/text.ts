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
  const shortTitle = `${severityLabel[one.severity]}: new ${one.reason === "sample" ? "sample" : "alert"}`;
  const waited = (waits[one.reason] ?? 0) * escalateMinutes;
  return {
    shortTitle,
    title: isPrivate ? shortTitle : `${severityLabel[one.severity]}: ${cleanText(one.title, titleLengthMax)}`,
    body: [
      ...(one.reason === "sample" ? ["A sample that you asked for"] : []),
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
  body: "This is a test that you or an admin asked for. Alerts look like it.",
  path: "/settings/notifications",
  tag: id,
  canAcknowledge: false,
});

/** Where a notification leads; `receipt` tells the portal that it was opened from there. */
const linkOf = (portalUrl: string, path: string, receipt: string) => {
  const url = new URL(path, portalUrl);
  url.searchParams.set("told", receipt);
  return url.href;
};

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
  const navigate = linkOf(portalUrl, path, receipt);
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

/** The same as an e-mail: one line for the subject, plain text below it. */
export function mailOf(
  portalUrl: string,
  { title, body, path }: NotificationText,
  receipt: string,
  organisationName: string,
): { subject: string; text: string } {
  const lines = [
    title,
    ...(body ? ["", body] : []),
    "",
    linkOf(portalUrl, path, receipt),
    "",
    `You get this from PocketSOC because you belong to the team of ${organisationName}. What you are told of stands under Settings > Notifications there.`,
  ];
  return { subject: title, text: `${lines.join("\n")}\n` };
}
