"use client";

import { useHydrated, useNow } from "./now.ts";

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });

const utcText = (iso: string) => `${iso.slice(0, 19).replace("T", " ")} UTC`;
const localText = (iso: string) =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));

const dayText = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** The text of a time, with the exact time in its title. */
function Titled({ iso, children }: { iso: string; children: string }) {
  const hydrated = useHydrated();
  return (
    <time
      translate="no"
      dateTime={iso}
      title={hydrated ? `${utcText(iso)} · ${localText(iso)} here` : utcText(iso)}
    >
      {children}
    </time>
  );
}

/**
 * A relative time, such as "3 min. ago", with the exact time in its title. With `day`, times older than a day are written as
 * dates. `nowIso` is the server's time when the page was rendered.
 */
export function Moment({ iso, nowIso, day }: { iso: string; nowIso: string; day?: boolean }) {
  const now = useNow(nowIso);
  const seconds = (Date.parse(iso) - now) / 1000;
  const [unit, size] = units.find(([, one]) => Math.abs(seconds) >= one) ?? ["minute", 60];
  const soon = seconds > 0 ? "in under a minute" : "just now";
  const said = Math.abs(seconds) < 60 ? soon : relative.format(Math.trunc(seconds / size), unit);
  const text = day && unit === "day" ? dayText.format(new Date(iso)) : said;
  return <Titled iso={iso}>{text}</Titled>;
}

/** An age in as few letters as possible, such as "5m", "8h" or "3d", with the exact time in its title. */
export function Age({ iso, nowIso }: { iso: string; nowIso: string }) {
  const now = useNow(nowIso);
  const minutes = Math.max(0, Math.floor((now - Date.parse(iso)) / 60_000));
  const text =
    minutes < 1
      ? "now"
      : minutes < 60
        ? `${minutes}m`
        : minutes < 1_440
          ? `${Math.floor(minutes / 60)}h`
          : `${Math.floor(minutes / 1_440)}d`;
  return <Titled iso={iso}>{text}</Titled>;
}

/** A time to the second in UTC, followed by the time in the browser's own time zone once the page is hydrated. */
export function ExactMoment({ iso }: { iso: string }) {
  const hydrated = useHydrated();
  return (
    <time translate="no" dateTime={iso} className="tabular-nums">
      {utcText(iso)}
      {hydrated ? <span className="text-muted"> · {localText(iso)} here</span> : null}
    </time>
  );
}
