import "server-only";
import { readLimited } from "#lib/platform/limited-body.ts";

const bodyMaxBytes = 1_024;
const bodyTimeoutMs = 5_000;

/** The JSON in a request of one kilobyte at most; null for what is longer, late or none. */
export async function readSmallJson(request: Request): Promise<unknown> {
  const read = await readLimited(request.body, bodyMaxBytes, bodyTimeoutMs);
  if (!read.ok) return null;
  try {
    return JSON.parse(Buffer.from(read.bytes).toString("utf8"));
  } catch {
    return null;
  }
}
