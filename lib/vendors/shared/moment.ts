const iso =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,20}))?)? ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const basicIso =
  /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,20}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
/** a time in milliseconds since 1970, as older .NET services write it; the offset only says where it was written */
const dotNet = /^\/?Date\((\d{1,16})(?:[+-]\d{4})?\)\/?$/i;
/** a time as a number: since 1970 in seconds, milliseconds, microseconds or nanoseconds, or in .NET's or Windows' ticks */
const milliseconds = /^\d{12,14}(?:\.\d{1,9})?$/;
const microseconds = /^\d{15,16}$/;
const nanoseconds = /^1\d{18}$/;
const ticks = /^6\d{17}$/;
const fileTime = /^1\d{17}$/;
/** the milliseconds from .NET's year 1, and from Windows' 1601, to 1970 */
const ticksEpochMs = 62_135_596_800_000;
const fileTimeEpochMs = 11_644_473_600_000;
const seconds = /^\d{10}(?:\.\d{1,9})?$/;
/** RFC 9110 and RFC 5322, such as "Wed, 04 Mar 2026 05:06:07 GMT" */
const httpDate = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/;
/** RFC 850, such as "Wednesday, 04-Mar-26 05:06:07 GMT" */
const olderDate = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
/** JavaScript's, such as "Wed Mar 04 2026 05:06:07 GMT+0000 (Coordinated Universal Time)" */
const scriptDate =
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC)[+-]\d{4}(?: \([^()]{1,60}\))?$/;
const earliest = Date.UTC(2010, 0, 1);
const aDay = 86_400_000;

/**
 * Parses a time: ISO 8601, `/Date(…)/`, an HTTP date, a date as JavaScript writes it, seconds to nanoseconds since 1970 or ticks
 * as a number or text, or one of these in quotes or in a query's `datetime(…)`. ISO 8601 needs a zone unless `zone`, such as "Z", says which one holds without it. Returns the time in UTC with microseconds. Returns null
 * for an invalid time (such as 30 February), a time before 2010 (such as the zero of .NET or FILETIME), and a time more than a
 * day in the future.
 */
export function readMoment(value: unknown, zone: string | null = null): string | null {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? bare(value) : "";
  const found = iso.exec(text) ?? basicIso.exec(text);
  if (found) return momentOf(found, zone);
  const counted = dotNet.exec(text)?.[1] ?? (milliseconds.test(text) ? text : null);
  if (counted) return shown(Math.floor(Number(counted)), "");
  if (seconds.test(text)) return shown(Math.round(Number(text) * 1000), "");
  if (microseconds.test(text)) return shown(Math.floor(Number(text) / 1_000), "");
  if (nanoseconds.test(text)) return shown(Math.floor(Number(text) / 1_000_000), "");
  if (ticks.test(text)) return shown(Math.floor(Number(text) / 10_000) - ticksEpochMs, "");
  if (fileTime.test(text)) return shown(Math.floor(Number(text) / 10_000) - fileTimeEpochMs, "");
  return [httpDate, olderDate, scriptDate].some((form) => form.test(text))
    ? shown(Date.parse(text), "")
    : null;
}

/** Returns a time without what senders write around it. */
const bare = (text: string): string =>
  text
    .slice(0, 200)
    .replaceAll("\\", "")
    .replaceAll("\u2212", "-")
    .trim()
    .replace(/^(?:datetime|new Date)\(([^()]*)\)$/i, "$1")
    .replace(/^datetime(?=')/i, "")
    .replace(/^(["'])(.*)\1$/, "$2")
    .replace(/\[[A-Za-z/_]{1,40}\]$/, "")
    .trim();

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
