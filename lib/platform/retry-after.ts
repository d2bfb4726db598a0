/** A `Retry-After` header, in seconds or as a date, in milliseconds from now, `mostMs` at most; null for none that can be read. */
export function retryAfterMs(text: string | undefined, mostMs: number): number | null {
  if (!text) return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), mostMs) : null;
}
