const iso =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,20}))?)? ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const basicIso =
  /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,20}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
/** a time in milliseconds since 1970, as older .NET services write it; the offset only says where it was written */
const dotNet = /^\/?Date\((\d{1,16})(?:[+-]\d{4})?\)\/?$/i;
const milliseconds = /^\d{12,14}$/;
const seconds = /^\d{10}(?:\.\d{1,9})?$/;
/** RFC 9110 and RFC 5322, such as "Wed, 04 Mar 2026 05:06:07 GMT" */
const httpDate = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/;
const earliest = Date.UTC(2010, 0, 1);
const aDay = 86_400_000;

/**
 * Parses a time: ISO 8601, `/Date(…)/`, an HTTP date, or seconds or milliseconds since 1970 as a number or text. ISO 8601 needs
 * a zone unless `zone`, such as "Z", says which one holds without it. Returns the time in UTC with microseconds. Returns null
 * for an invalid time (such as 30 February), a time before 2010 (such as the zero of .NET or FILETIME), and a time more than a
 * day in the future.
 */
export function readMoment(value: unknown, zone: string | null = null): string | null {
  const text =
    typeof value === "number"
      ? String(value)
      : typeof value === "string"
        ? value.trim().replaceAll("\\", "")
        : "";
  const found = iso.exec(text) ?? basicIso.exec(text);
  if (found) return momentOf(found, zone);
  const counted = dotNet.exec(text)?.[1] ?? (milliseconds.test(text) ? text : null);
  if (counted) return shown(Number(counted), "");
  if (seconds.test(text)) return shown(Math.round(Number(text) * 1000), "");
  return httpDate.test(text) ? shown(Date.parse(text), "") : null;
}

function momentOf(found: RegExpExecArray, implied: string | null): string | null {
  const [, year, month, day, hour, minute, second = "00", fraction = "", zone = implied] = found;
  if (zone === null) return null;
  const offset = /^(?:z|utc|gmt)$/i.test(zone)
    ? "Z"
    : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;
  const named = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (named.getUTCMonth() !== Number(month) - 1) return null;
  return shown(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`), fraction);
}

function shown(time: number, fraction: string): string | null {
  if (Number.isNaN(time) || time < earliest || time > Date.now() + aDay) return null;
  const text = new Date(time).toISOString();
  return fraction
    ? text.replace(/\.\d+Z$/, `.${fraction.slice(0, 6).padEnd(6, "0")}Z`)
    : text.replace("Z", "000Z");
}
