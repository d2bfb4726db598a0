/** RFC 9110, such as "Wed, 04 Mar 2026 05:06:07 GMT" */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Parses a Retry-After header, in seconds or as a date. Of several values joined by commas, the longest counts. Returns
 * milliseconds, at most an hour, or null if the header is malformed.
 */
export function retryAfterMs(header: string, now: number = Date.now()): number | null {
  const text = header.trim();
  if (httpDate.test(text)) return bounded(Date.parse(text) - now);
  const seconds = text.split(",").map((part) => part.trim());
  if (!seconds.every((part) => /^\d+(?:\.\d+)?$/.test(part))) return null;
  return bounded(Math.max(...seconds.map((part) => Math.ceil(Number(part) * 1000))));
}

const bounded = (ms: number) => (Number.isNaN(ms) ? null : Math.min(3_600_000, Math.max(0, ms)));
