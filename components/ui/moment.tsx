"use client";

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });

/** A moment as people say it, with the exact time in UTC behind it. `nowIso` comes from the server. */
export function Moment({ iso, nowIso }: { iso: string; nowIso: string }) {
  const seconds = (Date.parse(iso) - Date.parse(nowIso)) / 1000;
  const [unit, size] = units.find(([, one]) => Math.abs(seconds) >= one) ?? ["minute", 60];
  const text = Math.abs(seconds) < 60 ? "just now" : relative.format(Math.round(seconds / size), unit);
  return (
    <time dateTime={iso} title={`${iso.slice(0, 19).replace("T", " ")} UTC`}>
      {text}
    </time>
  );
}
