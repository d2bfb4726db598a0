import { countsOf, type DigestRow } from "#db/queries/alerting/digests.ts";
import { alertsText, countsText, totalOf } from "#lib/domain/digest.ts";
import { notificationsAnHour } from "#lib/domain/grouping.ts";
import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import { cleanText } from "#lib/domain/text.ts";
import type { NotificationText } from "../delivery/payload.ts";

const nameLengthMax = 80;

/**
 * Composes a digest's text for a person in `timeZone`. `configurationName` is null if the digest covers several
 * configurations.
 */
export function digestText(
  digest: DigestRow,
  configurationName: string | null,
  { isPrivate }: Pick<NotificationPolicy, "isPrivate">,
  timeZone: string,
): NotificationText {
  const name =
    isPrivate || !configurationName ? "A configuration" : cleanText(configurationName, nameLengthMax);
  const text = digest.kind === "history" ? historyText(digest, name, timeZone) : personalText(digest);
  return {
    ...text,
    shortTitle: cleanText(text.title, nameLengthMax),
    tag: digest.id,
    canAcknowledge: false,
  };
}

type Text = Pick<NotificationText, "title" | "body" | "path">;

function personalText(digest: DigestRow): Text {
  const isRateLimited = digest.kind === "rate_limited";
  const counts = countsOf(digest);
  const alerts = alertsText(totalOf(counts));
  return {
    title: isRateLimited ? alerts.replace(" ", " more ") : `${alerts} came while you were off`,
    body: [
      countsText(counts),
      ...(digest.closedCount > 0 ? [`${digest.closedCount} closed since`] : []),
      ...(isRateLimited ? [`At most ${notificationsAnHour} messages an hour notify you`] : []),
    ].join(" · "),
    path: "/detections",
  };
}

function historyText(digest: DigestRow, name: string, timeZone: string): Text {
  const counts = countsOf(digest);
  return {
    title: historyTitle(digest, name, totalOf(counts), timeZone),
    body: `${countsText(counts)} · Too old to notify one by one`,
    path: `/detections?configuration=${digest.configurationId}`,
  };
}

function historyTitle(
  { cause, gapFrom, gapUntil }: DigestRow,
  name: string,
  count: number,
  timeZone: string,
): string {
  const alerts = alertsText(count);
  if (gapFrom && gapUntil)
    return `${name} was not read ${spanText(gapFrom, gapUntil, timeZone)}; ${alerts} came meanwhile`;
  return cause === "first_read"
    ? `${name} is connected; ${alerts} ${count === 1 ? "was" : "were"} open already`
    : `${name}: ${alerts} came late`;
}

/**
 * Formats a range of time such as "01:12–04:40" in a time zone. Adds the days if the range begins and ends on different
 * days.
 */
function spanText(from: Date, until: Date, timeZone: string): string {
  const format = (at: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(at);
  const day = { day: "numeric", month: "short" } as const;
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  const isOneDay = format(from, day) === format(until, day);
  const zone = timeZone === "UTC" ? " UTC" : "";
  if (isOneDay) return `${format(from, time)}–${format(until, time)}${zone}`;
  return `${format(from, { ...day, ...time })} – ${format(until, { ...day, ...time })}${zone}`;
}
