import { readLimited } from "#lib/platform/limited-body.ts";

/** how long any body may take; a sender that doesn't mean to be slow needs less */
const readingMinMs = 1_000;

type Reading = { startedAt: number; stop: () => void };
/** the bodies that are still arriving, by organisation, oldest first */
const readingsOf = new Map<string, Set<Reading>>();

/**
 * Reads the body of an organisation's delivery. If too many of its bodies are still arriving, the oldest one is given up after
 * its first second: whoever sends slow bodies can't keep the others out. Returns null if there is no room.
 * `concurrency` is how many may arrive at the same time.
 */
export async function readBody(
  organisationId: string,
  body: AsyncIterable<Uint8Array> | null,
  { maxBytes, timeoutMs, concurrency }: { maxBytes: number; timeoutMs: number; concurrency: number },
) {
  const readings = readingsOf.get(organisationId) ?? new Set<Reading>();
  const [oldest] = readings;
  const now = performance.now();
  if (oldest && readings.size >= concurrency) {
    if (now - oldest.startedAt < readingMinMs) return null;
    readings.delete(oldest);
    oldest.stop();
  }
  const stopped = new AbortController();
  const reading: Reading = { startedAt: now, stop: () => stopped.abort() };
  readingsOf.set(organisationId, readings.add(reading));
  try {
    return await readLimited(body, maxBytes, timeoutMs, stopped.signal);
  } finally {
    readings.delete(reading);
    if (readings.size === 0 && readingsOf.get(organisationId) === readings) readingsOf.delete(organisationId);
  }
}
