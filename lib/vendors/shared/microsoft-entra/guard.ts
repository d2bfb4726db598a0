import type { PipelinePolicy, PipelineResponse } from "@azure/core-rest-pipeline";
import { VendorError } from "../../problem.ts";
import { answerError, type EntraApi } from "./api.ts";
import type { TokenSource } from "./token-source.ts";

const requestTimeoutMs = 30_000;
const bodyLengthMax = 64 * 1024 * 1024;

/**
 * Adds our token to each request. `prepare` runs first: it returns the address to call, and throws VendorError if the token
 * must not be sent to the address. The timeout applies to each single request. After a 401 the token is renewed once, with
 * the claims that the response asked for.
 */
export function guardPolicy(options: {
  api: EntraApi;
  tokens: TokenSource;
  signal: AbortSignal;
  prepare: (address: string) => string;
}): PipelinePolicy {
  const { api, tokens, signal, prepare } = options;
  return {
    name: "pocketsocGuard",
    sendRequest: async (request, next) => {
      request.url = prepare(request.url);
      const send = (token: string) => {
        request.headers.set("authorization", `Bearer ${token}`);
        request.abortSignal = AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]);
        return next(request);
      };
      const token = await tokens.token();
      let response = await send(token);
      if (response.status === 401) {
        const renewed = await renew(tokens, token, claimsOf(response));
        if (renewed && renewed !== token) response = await send(renewed);
      }
      const type = response.headers.get("content-type") ?? "";
      if ((response.bodyAsText?.length ?? 0) > bodyLengthMax) throw answerError(api, "too_large");
      if (response.status === 200 && !/[/+]json\b/i.test(type)) {
        throw answerError(api, "not_json", { requestId: response.headers.get("x-ms-request-id") ?? null });
      }
      return response;
    },
  };
}

/** Renews a token after a 401. If the renewal fails, the error contains the claims challenge for the next sign-in. */
async function renew(tokens: TokenSource, refused: string, claims: string | null): Promise<string | null> {
  try {
    return await tokens.renew(refused, claims);
  } catch (error) {
    if (!(error instanceof VendorError) || error.problem.challenge !== null) throw error;
    throw new VendorError({ ...error.problem, challenge: claims });
  }
}

/** Returns the claims challenge of a 401 (continuous access evaluation): base64-encoded JSON in WWW-Authenticate. */
export function claimsOf(response: PipelineResponse): string | null {
  const found = /\bclaims="([A-Za-z0-9+/_=-]{1,5400})"/.exec(response.headers.get("www-authenticate") ?? "");
  if (!found?.[1]) return null;
  const text = Buffer.from(found[1], "base64").toString("utf8");
  try {
    const claims: unknown = JSON.parse(text);
    const isObject = claims !== null && typeof claims === "object" && !Array.isArray(claims);
    return isObject && Object.keys(claims).length > 0 ? text : null;
  } catch {
    // an unreadable challenge is treated like none
    return null;
  }
}
