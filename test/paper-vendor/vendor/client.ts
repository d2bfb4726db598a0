import type { Json } from "#lib/domain/detection.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { readLimited } from "#lib/platform/limited-body.ts";
import { retryAfterMs } from "#lib/platform/retry-after.ts";
import type { VendorSource } from "#lib/vendors/contract.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import { answerError, paperError } from "./errors.ts";

/** the most calls with one key that the vendor accepts within a minute */
const callsPerMinute = 10;
const answerMaxBytes = 4 * 1_048_576;
const timeoutMs = 15_000;

type Call = { method?: "GET" | "PATCH"; path: string; about: "slip" | "drawer"; body?: Json };

/**
 * Calls the paper vendor's API as soon as the rate limit allows. Throws VendorError or, if `io.signal` aborts, the signal's
 * reason.
 */
export async function askLedger(
  { credential, cloud }: VendorSource<unknown>,
  { method = "GET", path, about, body }: Call,
  io: VendorIo,
): Promise<{ value: Json; text: string; requestId: string | null }> {
  if (credential.kind !== "secret") throw paperError("key_refused");
  const { secret } = credential;
  await io.take(`calls ${sha256(secret).toString("hex")}`, callsPerMinute);
  try {
    // not by `io.egress`: the stand-in speaks plain http on this machine, which no proxy leads to
    const response = await fetch(`${cloud.endpoints.api}${path}`, {
      method,
      headers: { "x-api-key": secret, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]),
    });
    const requestId = response.headers.get("x-request-id");
    const read = await readLimited(response.body, answerMaxBytes, timeoutMs);
    if (!response.ok) {
      const after = retryAfterMs(response.headers.get("retry-after") ?? undefined, 3_600_000);
      throw answerError(response.status, about, { requestId, retryAfterMs: after });
    }
    if (!read.ok) throw paperError(read.refusal === "too_large" ? "too_large" : "network", { requestId });
    const text = read.bytes.toString("utf8");
    return { value: parse(text), text, requestId };
  } catch (error) {
    if (error instanceof VendorError || io.signal.aborted) throw error;
    throw paperError(error instanceof Error && error.name === "TimeoutError" ? "timeout" : "network");
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw paperError("not_json");
  }
}
