import type { PipelineResponse } from "@azure/core-rest-pipeline";
import type { Json } from "#lib/domain/detection.ts";
import type { VendorError } from "../problem.ts";
import { objectOf } from "../shared/json.ts";
import { claimsOf } from "../shared/microsoft-entra/guard.ts";
import { retryAfterMs } from "../shared/microsoft-entra/retry-after.ts";
import { canonicalTop, parseJsonText } from "./body.ts";
import { armError, type RequestPurpose } from "./errors.ts";

/** Builds the error for a failed response of Resource Manager. `purpose` is what the request was for. */
export function responseError(response: PipelineResponse, purpose: RequestPurpose): VendorError {
  const code = errorCodeIn(response.bodyAsText ?? "");
  const retryAfter = response.headers.get("retry-after");
  return armError(response.status, code, {
    purpose,
    requestId: response.headers.get("x-ms-request-id") ?? null,
    retryAfterMs: retryAfter ? retryAfterMs(retryAfter) : null,
    challenge: response.status === 401 ? claimsOf(response) : null,
  });
}

/**
 * Returns the error code in Resource Manager's answer, or "" if the answer isn't an error in Azure's form. A code that says no
 * more than the HTTP status gives way to the one inside, in `details` or `innererror`.
 */
function errorCodeIn(text: string): string {
  const [code = ""] = codesOf(parseJsonText(text), 0);
  return code;
}

const depthMax = 4;
/** codes under which services report another service's error */
const general = /^(?:forbidden|unauthorized|badrequest|notfound|conflict|error|failed|\d+)$/i;

/** Returns the codes in an error, the most telling first. */
function codesOf(value: Json | undefined, depth: number): string[] {
  const json = typeof value === "string" ? parseJsonText(value) : value;
  if (depth > depthMax || json === null || typeof json !== "object") return [];
  if (Array.isArray(json)) return json.slice(0, 20).flatMap((each) => codesOf(each, depth + 1));
  const error = canonicalTop(json);
  const own = typeof error.code === "string" ? error.code.trim().slice(0, 80) : "";
  const inner = [
    error.error,
    error["odata.error"],
    error.details,
    error.innererror ?? error.innerError,
  ].flatMap((each) => codesOf(each, depth + 1));
  const codes = own && !general.test(own) ? [own, ...inner] : [...inner, own];
  return codes.filter(Boolean);
}

/**
 * Throws VendorError if an answer with a 2xx status holds an error in Azure's form instead of what was asked for: an object
 * with `error` and neither `value` nor `id`.
 */
export function refuseErrorBody(response: PipelineResponse, purpose: RequestPurpose): void {
  const body = canonicalTop(objectOf(parseJsonText(response.bodyAsText ?? "")));
  const isError = body.value === undefined && body.id === undefined && typeof body.error === "object";
  if (isError && Object.keys(objectOf(body.error)).length > 0) throw responseError(response, purpose);
}
