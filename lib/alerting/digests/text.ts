import type { NoticeRow } from "#db/queries/alerting/digests.ts";
import { notificationsAnHour, type Rules } from "#lib/domain/notification.ts";
import { cleanText } from "#lib/domain/text.ts";
import {
  AlarmDetail,
  alertsText,
  countOf,
  countsText,
  DeferredDetail,
  HistoryDetail,
} from "#lib/domain/digest.ts";
import type { NotificationText } from "../delivery/text.ts";

const nameLengthMax = 80;

/** What a notice says to a person whose clocks are those of `timeZone`. `configurationName` is "" where there is none. */
export function noticeText(
  notice: NoticeRow,
  configurationName: string,
  { isPrivate }: Pick<Rules, "isPrivate">,
  timeZone: string,
): NotificationText {
  const said = wordsOf(
    notice,
    isPrivate || !configurationName ? "A configuration" : cleanText(configurationName, nameLengthMax),
    timeZone,
  );
  const { title, path } = said;
  return {
    title,
    path,
    shortTitle: said.title.slice(0, nameLengthMax),
    body: isPrivate && said.isDetail ? "" : said.body,
    tag: notice.id,
    canAcknowledge: false,
  };
}

type Words = {
  title: string;
  body: string;
  path: string;
  /** whether the body says more than how many there are */
  isDetail: boolean;
};

function wordsOf(notice: NoticeRow, name: string, timeZone: string): Words {
  switch (notice.kind) {
    case "digest":
    case "capped": {
      const { severities, closed } = DeferredDetail.parse(notice.detail);
      const alerts = alertsText(countOf(severities));
      return {
        title: notice.kind === "digest" ? `${alerts} came while you were off` : alerts.replace(" ", " more "),
        body: [
          countsText(severities),
          ...(closed > 0 ? [`${closed} closed since`] : []),
          ...(notice.kind === "capped"
            ? [`Your devices ring for ${notificationsAnHour} an hour at most`]
            : []),
        ].join(" · "),
        path: "/detections",
        isDetail: false,
      };
    }
    case "history": {
      const { severities, cause, from, until } = HistoryDetail.parse(notice.detail);
      const count = countOf(severities);
      const alerts = alertsText(count);
      const counts = countsText(severities);
      const path = `/detections?configuration=${notice.configurationId}`;
      if (cause === "gap" && from)
        return {
          title: `${name} was not read ${span(from, until, timeZone)}; ${alerts} came meanwhile`,
          body: `${counts} · Too old to ring one by one`,
          path,
          isDetail: false,
        };
      return {
        title:
          cause === "first"
            ? `${name} is connected; ${alerts} ${count === 1 ? "was" : "were"} open already`
            : `${name}: ${alerts} came late`,
        body: `${counts} · Too old to ring one by one`,
        path,
        isDetail: false,
      };
    }
    case "health":
    case "secret":
    case "recovered":
    case "uncovered": {
      const { title, body, path } = AlarmDetail.parse(notice.detail);
      return { title: title.replace("{name}", name), body, path, isDetail: true };
    }
  }
}

/** "01:12–04:40", with the days where it isn't one, by the person's clocks. */
function span(from: string, until: string, timeZone: string): string {
  const of = (iso: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(new Date(iso));
  const day = { day: "numeric", month: "short" } as const;
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  const isOneDay = of(from, day) === of(until, day);
  const zone = timeZone === "UTC" ? " UTC" : "";
  if (isOneDay) return `${of(from, time)}–${of(until, time)}${zone}`;
  return `${of(from, { ...day, ...time })} – ${of(until, { ...day, ...time })}${zone}`;
}
