import type { PipelinePolicy, PipelineResponse } from "@azure/core-rest-pipeline";
import type { Json } from "#lib/domain/detection.ts";
import { VendorError } from "../contract.ts";
import { problemOf } from "./errors.ts";
import { objectOf } from "./normalise-parts.ts";
import type { TokenSource } from "./token-source.ts";

export const alertsVersion = "2022-01-01";
const requestTimeoutMs = 30_000;
const bodyLengthMax = 64 * 1024 * 1024;

/** Whether an address may be sent our token: this Resource Manager, this subscription, nobody's name in it. */
function isTrustedAddress(address: string, endpoint: string, subscriptionId: string): boolean {
  const url = URL.parse(address);
  if (!url || url.origin !== endpoint || url.username || url.password) return false;
  return (
    url.pathname.toLowerCase().startsWith(`/subscriptions/${subscriptionId.toLowerCase()}/`) ||
    url.pathname.toLowerCase() === `/subscriptions/${subscriptionId.toLowerCase()}`
  );
}

/**
 * Each request alone is bounded in time: a list of many pages may take long in all. A token that is refused is
 * renewed once, with what the refusal asked for.
 */
export function guardPolicy(
  endpoint: string,
  subscriptionId: string,
  tokens: TokenSource,
  signal: AbortSignal,
): PipelinePolicy {
  return {
    name: "pocketsocGuard",
    sendRequest: async (request, next) => {
      if (!isTrustedAddress(request.url, endpoint, subscriptionId)) throw problemOf("untrusted_link");
      const url = new URL(request.url);
      if (/\/alerts(\/|$)/i.test(url.pathname)) url.searchParams.set("api-version", alertsVersion);
      request.url = url.href;
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
      if ((response.bodyAsText?.length ?? 0) > bodyLengthMax) throw problemOf("too_large");
      if (response.status === 200 && !/[/+]json\b/i.test(type)) {
        throw problemOf("not_json", { requestId: response.headers.get("x-ms-request-id") ?? null });
      }
      return response;
    },
  };
}

/** Another token; where there is none, what Azure asked for is kept for the next sign-in. */
async function renew(tokens: TokenSource, refused: string, claims: string | null): Promise<string | null> {
  try {
    return await tokens.renew(refused, claims);
  } catch (error) {
    if (!(error instanceof VendorError) || error.problem.claims !== null) throw error;
    throw new VendorError({ ...error.problem, claims });
  }
}

/** What a 401 asks to have proved (continuous access evaluation): base64 of JSON in WWW-Authenticate. */
export function claimsOf(response: PipelineResponse): string | null {
  const found = /\bclaims="([A-Za-z0-9+/_=-]{1,5400})"/.exec(response.headers.get("www-authenticate") ?? "");
  if (!found?.[1]) return null;
  const text = Buffer.from(found[1], "base64").toString("utf8");
  try {
    return Object.keys(objectOf(JSON.parse(text) as Json)).length > 0 ? text : null;
  } catch {
    // a challenge that can't be read is answered like none
    return null;
  }
}
