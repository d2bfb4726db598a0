import "server-only";
import { readLimited } from "#lib/platform/limited-body.ts";

const bodyMaxBytes = 1_024;
const bodyTimeoutMs = 5_000;

/** Reads a request's JSON body of at most 1 KiB. Returns null if the body is longer, takes over 5 s or isn't JSON. */
export async function readSmallJson(request: Request): Promise<unknown> {
  const read = await readLimited(request.body, bodyMaxBytes, bodyTimeoutMs);
  if (!read.ok) return null;
  try {
    return JSON.parse(Buffer.from(read.bytes).toString("utf8"));
  } catch {
    // not JSON
    return null;
  }
}
