import type { DigestRow } from "#db/queries/alerting/digests.ts";
import type { SaidAlert } from "#db/queries/alerting/gathered.ts";
import { type Counts, countsText } from "#lib/domain/digest.ts";
import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import type { NotificationReason } from "#lib/domain/notification.ts";
import { severityCountedAs } from "#lib/domain/recipients.ts";
import { cleanText } from "#lib/domain/text.ts";
import { escalatedMinutes } from "../delivery/detection-text.ts";
import type { NotificationText } from "../delivery/payload.ts";

const nameLengthMax = 80;
const resourceLengthMax = 40;
/** the maximum number of alerts that a message names, and of resources in its title */
const namedMax = 3;
const titledMax = 2;

/**
 * Composes the text of a message about several alerts, the most urgent first. It names up to three of them as "resource: title"
 * and counts the others: "+5". A private text has only their number and severity. `alerts` isn't empty.
 */
export function saidText(
  { id, kind }: Pick<DigestRow, "id" | "kind">,
  reason: NotificationReason,
  alerts: readonly SaidAlert[],
  policy: NotificationPolicy,
): NotificationText {
  const total = alerts[0]?.total ?? 0;
  const minutes = escalatedMinutes(reason, policy);
  const count = kind === "gathered_lower" ? lowerText(alerts, total) : `${total} High`;
  const shortTitle =
    minutes > 0
      ? `${count} unacknowledged for ${minutes} min`
      : `${count} ${total === 1 ? "alert" : "alerts"}`;
  return {
    shortTitle,
    title: policy.isPrivate || minutes === 0 ? shortTitle : `${shortTitle}: ${resourcesText(alerts, total)}`,
    body: policy.isPrivate ? "" : linesOf(alerts, total),
    path: "/detections",
    tag: id,
    canAcknowledge: false,
  };
}

/** Names up to three alerts, each on a line, and counts the others: "+5". */
export function linesOf(alerts: readonly Named[], total: number): string {
  const rest = Math.max(0, total - namedMax);
  return [...alerts.slice(0, namedMax).map(nameOf), ...(rest > 0 ? [`+${rest}`] : [])].join("\n");
}
type Named = Pick<SaidAlert, "resourceName" | "title">;

/** Returns a text such as "2 Medium, 1 Low". Without the severity of every alert, only their number. */
function lowerText(alerts: readonly SaidAlert[], total: number): string {
  if (alerts.length < total) return String(total);
  const counts: Counts = {};
  for (const { severity } of alerts) {
    const countedAs = severityCountedAs(severity);
    counts[countedAs] = (counts[countedAs] ?? 0) + 1;
  }
  return countsText(counts);
}

/** Names an alert by its resource and its title. */
const nameOf = ({ resourceName, title }: Named): string => {
  const shown = lineOf(title, nameLengthMax);
  return resourceName ? `${lineOf(resourceName, resourceLengthMax)}: ${shown}` : shown;
};

// a vendor's line break would look like one more alert
const lineOf = (text: string, lengthMax: number) => cleanText(text.replaceAll(/\s+/g, " "), lengthMax);

/** Names the resources of the first alerts, and counts the alerts that are on none of these: "vm-pay-01, kv-contoso +6". */
function resourcesText(alerts: readonly SaidAlert[], total: number): string {
  const placeOf = ({ resourceName, title }: SaidAlert) => lineOf(resourceName || title, resourceLengthMax);
  const named = new Set([...new Set(alerts.map(placeOf))].slice(0, titledMax));
  const rest = total - alerts.filter((alert) => named.has(placeOf(alert))).length;
  return `${[...named].join(", ")}${rest > 0 ? ` +${rest}` : ""}`;
}
