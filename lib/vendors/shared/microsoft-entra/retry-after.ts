/** the three forms of RFC 9110, and ISO 8601 in UTC */
const dates = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC)$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?Z$/,
];
const span = /^(\d{1,2}):(\d{2}):(\d{2})(?:\.\d{1,7})?$/;

/**
 * Parses a Retry-After header: seconds, a date in any form of RFC 9110, or hours, minutes and seconds. Of several values joined
 * by commas, the longest counts. Returns milliseconds, at most an hour, or null if the header is malformed.
 */
function retryAfterMs(header: string, now: number = Date.now()): number | null {
  const text = header.trim().replace(/^"(.*)"$/, "$1");
  if (dates.some((form) => form.test(text))) return bounded(dateOf(text) - now);
  const [, hours, minutes, seconds] = span.exec(text) ?? [];
  if (seconds !== undefined)
    return bounded(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000);
  const each = text.split(",").map((part) => /^(\d+(?:\.\d+)?)(?: ?s(?:ec(?:ond)?s?)?)?$/i.exec(part.trim()));
  if (!each.every((part) => part !== null)) return null;
  return bounded(Math.max(...each.map(([, number]) => Math.ceil(Number(number) * 1000))));
}

/** RFC 850 and asctime have no zone that Date.parse would understand; both are in UTC. */
const dateOf = (text: string) => Date.parse(/(?:GMT|UTC|Z)$/.test(text) ? text : `${text} UTC`);

const bounded = (ms: number) => (Number.isNaN(ms) ? null : Math.min(3_600_000, Math.max(0, ms)));

/** The headers that say when to ask again, each with the unit of a bare number in milliseconds. */
const waitHeaders: readonly [name: string, unitMs: number][] = [
  ["retry-after", 1_000],
  ["x-ms-retry-after", 1_000],
  ["retry-after-ms", 1],
  ["x-ms-retry-after-ms", 1],
];
/** The headers that say when a limit is lifted. Other answers than a throttled one have them too. */
const limitHeaders: typeof waitHeaders = [
  ["ratelimit-reset", 1_000],
  ["x-ratelimit-reset", 1_000],
  ["x-ms-ratelimit-reset", 1_000],
  ["x-ms-user-quota-resets-after", 1_000],
];

/**
 * Returns how long an answer with this status asks to wait, in milliseconds, at most an hour. Of several headers, the longest
 * wait counts. `get` returns a header's value by its name in lower case. Returns null if no header says it.
 */
export function retryAfterIn(
  status: number,
  get: (name: string) => string | null,
  now: number = Date.now(),
): number | null {
  const headers = status === 429 || status === 503 ? [...waitHeaders, ...limitHeaders] : waitHeaders;
  const waits = headers.flatMap(([name, unitMs]) => {
    const value = get(name)?.trim();
    if (!value) return [];
    if (unitMs === 1) return /^\d+(?:\.\d+)?$/.test(value) ? [bounded(Math.ceil(Number(value)))] : [];
    // a moment in seconds since 1970
    if (/^\d{10}$/.test(value)) return [bounded(Number(value) * 1000 - now)];
    return [retryAfterMs(value, now)];
  });
  const found = waits.filter((wait) => wait !== null);
  return found.length > 0 ? Math.max(...found) : null;
}
