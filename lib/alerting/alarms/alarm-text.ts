import type { AlarmRow } from "#db/queries/alerting/alarms.ts";
import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import { cleanText } from "#lib/domain/text.ts";
import type { NotificationText } from "../delivery/payload.ts";

const nameLengthMax = 80;

/** Returns the body of the message that tells the admins of a recovery. */
export const recoveryBody = ({ kind, body }: Pick<AlarmRow, "kind" | "body">): string =>
  kind === "secret"
    ? "There is nothing more to do."
    : kind === "worker_silent"
      ? "It now works through what was waiting."
      : `It was: ${body}`;

const recoveryTitle = ({ kind }: AlarmRow): string => {
  if (kind === "worker_silent") return "PocketSOC's worker is back";
  return kind === "secret"
    ? "{name}: the secret or certificate is good for longer now"
    : "{name} is healthy again";
};

/**
 * Returns the text of an alarm or of its recovery. `name` is the configuration's name; null if the alarm isn't about a
 * configuration.
 */
export function alarmText(
  alarm: AlarmRow,
  {
    isRecovery,
    name,
    tag,
    policy: { isPrivate },
  }: {
    isRecovery: boolean;
    name: string | null;
    tag: string;
    policy: Pick<NotificationPolicy, "isPrivate">;
  },
): NotificationText {
  const shownName = isPrivate || !name ? "A configuration" : cleanText(name, nameLengthMax);
  const title = (isRecovery ? recoveryTitle(alarm) : alarm.title).replaceAll("{name}", () => shownName);
  const body = isRecovery ? recoveryBody(alarm) : alarm.body;
  const { configurationId } = alarm;
  return {
    title,
    shortTitle: cleanText(title, nameLengthMax),
    body: isPrivate ? "" : body,
    path: configurationId ? `/settings/configurations/${configurationId}` : "/settings/readiness",
    tag,
    canAcknowledge: false,
  };
}
