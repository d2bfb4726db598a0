/** Retry-After in milliseconds, whether seconds or a date; at most an hour. */
export function retryAfterMs(header: string, now: number = Date.now()): number | null {
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.min(3_600_000, Math.max(0, ms));
}
