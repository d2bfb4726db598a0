import type { PipelineResponse } from "@azure/core-rest-pipeline";
import type { Json } from "#lib/domain/detection.ts";
import type { VendorError } from "../problem.ts";
import { claimsOf } from "../shared/microsoft-entra/guard.ts";
import { retryAfterIn } from "../shared/microsoft-entra/retry-after.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import { canonicalTop, parseJsonText } from "./body.ts";
import { armError, type RequestPurpose } from "./errors.ts";

/** Builds the error for a failed response of Resource Manager. `purpose` is what the request was for. */
export function responseError(response: PipelineResponse, purpose: RequestPurpose): VendorError {
  const body = parseJsonText(response.bodyAsText ?? "");
  const status = statusOf(response.status, body);
  return armError(status, errorOf(body), {
    purpose,
    requestId: response.headers.get("x-ms-request-id") ?? null,
    retryAfterMs: retryAfterIn(status, (name) => response.headers.get(name) ?? null),
    challenge: response.status === 401 ? claimsOf(response) : null,
  });
}

/**
 * Returns the status that an error in a successful answer names, if it is one of trouble that passes. No other status is taken
 * from a body, because a body says less about rights than the answer itself.
 */
function statusOf(status: number, body: Json | undefined): number {
  if (status < 200 || status > 299) return status;
  const { statusCode, status: named } = canonicalTop(objectOf(body));
  const found = [statusCode, named].map(Number).find((each) => each === 429 || (each >= 500 && each <= 599));
  return found ?? status;
}

/**
 * Returns the error code in Resource Manager's answer, or "" if the answer isn't an error in Azure's form. A code that says no
 * more than the HTTP status gives way to the one inside, in `details` or `innererror`.
 */
export function errorOf(body: Json | undefined): string {
  const [code = ""] = codesOf(body, 0);
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
    error.errors,
    error["odata.error"],
    error.details,
    error.innererror ?? error.innerError,
  ].flatMap((each) => codesOf(each, depth + 1));
  const codes = own && !general.test(own) ? [own, ...inner] : [...inner, own];
  return codes.filter(Boolean);
}

/** Returns the error that a body holds, whatever else it holds; null if it holds none. */
export function errorIn(body: JsonObject): Json | null {
  const { error, errors, "odata.error": odata } = canonicalTop(body);
  const found = [error, errors, odata].find((each) =>
    typeof each === "object" && each !== null
      ? Object.keys(each).length > 0
      : typeof each === "string" && each,
  );
  return found ?? null;
}

/**
 * Throws VendorError if an answer with a 2xx status holds an error instead of what was asked for: an object with an error, or
 * with a code, or a status from 400, and a message, and with neither `value` nor `id`.
 */
export function refuseErrorBody(response: PipelineResponse, purpose: RequestPurpose): void {
  const body = canonicalTop(objectOf(parseJsonText(response.bodyAsText ?? "")));
  if (Array.isArray(body.value) || typeof body.id === "string") return;
  const hasCode = typeof body.code === "string" && !/^(?:ok|success|succeeded|accepted)?$/i.test(body.code);
  const isBare = typeof body.message === "string" && (hasCode || Number(body.statusCode) >= 400);
  if (isBare || errorIn(body) !== null) throw responseError(response, purpose);
}
