/**
 * Parses a `Retry-After` header, in seconds or as a date. Returns milliseconds from now, at most `maxMs`, or null if the
 * header is missing or invalid.
 */
export function retryAfterMs(text: string | undefined, maxMs: number): number | null {
  if (!text) return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), maxMs) : null;
}
