import type { PipelineResponse } from "@azure/core-rest-pipeline";
import type { Json } from "#lib/domain/detection.ts";
import type { VendorError } from "../problem.ts";
import { objectOf } from "../shared/json.ts";
import { claimsOf } from "../shared/microsoft-entra/guard.ts";
import { retryAfterMs } from "../shared/microsoft-entra/retry-after.ts";
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

/** Returns the error code in Resource Manager's answer, or "" if the answer isn't an error in Azure's form. */
function errorCodeIn(text: string): string {
  try {
    const body = objectOf(JSON.parse(text) as Json);
    const code = objectOf(body.error).code ?? body.code ?? body.Code;
    return typeof code === "string" ? code.trim().slice(0, 80) : "";
  } catch {
    // a web page, or an empty body
    return "";
  }
}
