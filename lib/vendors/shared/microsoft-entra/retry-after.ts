/**
 * Parses a Retry-After header, in seconds or as a date. Returns milliseconds, at most an hour, or null if the header is
 * malformed.
 */
export function retryAfterMs(header: string, now: number = Date.now()): number | null {
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.min(3_600_000, Math.max(0, ms));
}
