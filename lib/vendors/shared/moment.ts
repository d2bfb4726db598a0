const iso = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/i;
const earliest = Date.UTC(2010, 0, 1);
const aDay = 86_400_000;

/**
 * Parses an ISO 8601 time. Returns the time in UTC with microseconds. Returns null for an invalid time (such as 30
 * February), a time before 2010 (such as the zero of .NET or FILETIME), and a time more than a day in the future.
 */
export function readMoment(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const found = iso.exec(value.trim());
  if (!found) return null;
  const [, year, month, day, , , , fraction = "", zone] = found;
  const time = Date.parse(value.trim().replace(/\.\d+/, ""));
  if (Number.isNaN(time) || time < earliest || time > Date.now() + aDay) return null;
  const named = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (named.getUTCMonth() !== Number(month) - 1 || !zone) return null;
  const micros = fraction.slice(0, 6).padEnd(6, "0");
  return new Date(time).toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}
