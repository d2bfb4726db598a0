import type { IncomingHttpHeaders } from "node:http";
import {
  AuthError,
  type INetworkModule,
  InteractionRequiredAuthError,
  type NetworkRequestOptions,
  ServerError,
} from "@azure/msal-node";
import type { Application } from "../../credential.ts";
import { type ProblemDetail, VendorError } from "../../problem.ts";
import { transportProblem } from "../transport-problem.ts";
import { answerError, authorityHostOf, authorityHosts, authorityOf, type EntraCall } from "./api.ts";
import { entraError, numbersIn } from "./entra-error.ts";
import { retryAfterIn } from "./retry-after.ts";

const tokenTimeoutMs = 10_000;
const metadataKeptMs = 24 * 3_600_000;
const metadataMax = 500;

/**
 * Returns a transport for MSAL. It has a timeout, aborts with the caller's signal, and follows no redirects. `onError` is
 * called with every VendorError that the transport throws.
 */
function networkModule(
  { api, io }: EntraCall,
  onError: (error: VendorError) => void = () => {},
): INetworkModule {
  const send = async (method: string, url: string, options?: NetworkRequestOptions) => {
    const answer = await io.egress
      .call(url, {
        method,
        headers: options?.headers ?? {},
        body: options?.body ?? null,
        signal: AbortSignal.any([io.signal, AbortSignal.timeout(tokenTimeoutMs)]),
      })
      .catch((error: unknown) => {
        throw new VendorError(transportProblem(api.words, { address: url, error, egress: io.egress }));
      });
    const { status, text } = answer;
    const headers = singleHeaders(answer.headers);
    const wait = retryAfterIn(status, (name) => headers[name] ?? null);
    const requestId = headers["x-ms-request-id"] ?? null;
    const body = parseObject(text);
    if (!body) throw foreignAnswer(api, status, { requestId, retryAfterMs: wait });
    // throw here: if MSAL saw a 429 or 5xx, it would throttle itself for a minute
    if (status < 200 || status > 299) {
      const numbers = numbersIn(body);
      // an error of OAuth has a word in `error`
      if (typeof body.error !== "string" && numbers.length === 0)
        throw foreignAnswer(api, status, { requestId, retryAfterMs: wait });
      const trace = typeof body.trace_id === "string" ? body.trace_id : requestId;
      throw entraError(
        api,
        body.error === "invalid_tenant" && numbers.length === 0 ? [90002] : numbers,
        // a retry may succeed even if the number is unknown
        (typeof body.error === "string" && passingWords.get(body.error)) || status,
        {
          requestId: trace,
          retryAfterMs: wait,
          challenge: typeof body.claims === "string" && isClaims(body.claims) ? body.claims : null,
        },
      );
    }
    return { headers, body: body as never, status };
  };
  // MSAL wraps transport errors in its own, so the original is also passed to `onError`
  const sendReporting = async (method: string, url: string, options?: NetworkRequestOptions) => {
    try {
      return await send(method, url, options);
    } catch (error) {
      if (error instanceof VendorError) onError(error);
      throw error;
    }
  };
  return {
    sendGetRequestAsync: (url, options) => sendReporting("GET", url, options),
    sendPostRequestAsync: (url, options) => sendReporting("POST", url, options),
  };
}

/** OAuth's words for trouble that passes, which come with status 400 too, and the status that means the same. */
const passingWords = new Map([
  ["temporarily_unavailable", 503],
  ["server_error", 500],
  ["slow_down", 429],
]);

/** Builds the error for an answer without a JSON object, such as a proxy's page. */
function foreignAnswer(api: EntraCall["api"], status: number, detail: ProblemDetail): VendorError {
  // a page with status 200 is what it is; any other status helps whoever runs the proxy
  if (status >= 200 && status < 300) return answerError(api, "not_json", detail);
  const details = { ...detail, vendorCode: String(status) };
  if (status === 407) return answerError(api, "proxy_sign_in", details);
  if (status === 429) return answerError(api, "throttled", details);
  return answerError(api, status >= 500 ? "gateway_error" : "foreign_answer", details);
}

/** Returns the headers that occurred once. */
function singleHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    // not JSON
    return null;
  }
}

/**
 * Runs a call of MSAL with our transport. Throws only VendorError: the transport's error if the transport failed, otherwise
 * an error built from MSAL's.
 */
export async function askEntra<T>(at: EntraCall, call: (network: INetworkModule) => Promise<T>): Promise<T> {
  let failure: VendorError | undefined;
  const network = networkModule(at, (error) => {
    failure = error;
  });
  try {
    return await call(network);
  } catch (error) {
    throw failure ?? vendorErrorOf(at.api, error);
  }
}

function vendorErrorOf(api: EntraCall["api"], error: unknown): VendorError {
  if (error instanceof VendorError) return error;
  if (error instanceof ServerError)
    return entraError(api, [Number(error.errorNo)].filter(Number.isFinite), 400, {
      requestId: error.correlationId ?? null,
    });
  if (error instanceof InteractionRequiredAuthError) return answerError(api, "sign_in_needed");
  if (error instanceof AuthError && error.errorCode === "nonce_mismatch")
    return answerError(api, "answer_foreign");
  if (error instanceof AuthError && error.errorCode === "endpoints_resolution_error")
    return answerError(api, "network");
  if (error instanceof AuthError && error.errorCode !== "network_error")
    return entraError(api, [], 400, { requestId: error.correlationId || null });
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof VendorError ? cause : answerError(api, "network");
}

const metadata = new Map<string, { text: string; at: number }>();

/** Returns a directory's discovery document as JSON text. Each process fetches it once a day. Throws VendorError. */
export async function discover(application: Application, at: EntraCall): Promise<string> {
  const { cloud, io } = at;
  const address = discoveryAddress(authorityOf({ application, cloud }));
  const known = metadata.get(address);
  if (known && io.now().getTime() - known.at < metadataKeptMs) return known.text;
  const text = JSON.stringify(await fetchDiscovery(address, at));
  metadata.set(address, { text, at: io.now().getTime() });
  const [oldest] = metadata.keys();
  if (metadata.size > metadataMax && oldest) metadata.delete(oldest);
  return text;
}

const discoveryAddress = (directory: string) => `${directory}/v2.0/.well-known/openid-configuration`;

/**
 * Resolves if the directory exists. Otherwise throws VendorError: `tenant_not_found`, or another problem if Entra ID
 * couldn't be asked.
 */
export async function findTenant(tenantId: string, at: EntraCall): Promise<void> {
  const directory = `${authorityHostOf(at.cloud)}/${encodeURIComponent(tenantId)}`;
  await fetchDiscovery(discoveryAddress(directory), at);
}

const knownHosts: readonly unknown[] = Object.values(authorityHosts);

/**
 * Fetches a discovery document. Throws VendorError if its token endpoint is at another authority, because secrets and codes
 * are sent to that endpoint.
 */
async function fetchDiscovery(address: string, at: EntraCall): Promise<object> {
  const { body } = await networkModule(at).sendGetRequestAsync<{ token_endpoint?: unknown }>(address);
  const origin = URL.parse(String(body.token_endpoint))?.origin;
  if (origin === new URL(address).origin) return body;
  throw answerError(at.api, knownHosts.includes(origin) ? "wrong_cloud" : "not_json");
}

/** Whether a claims challenge is a JSON object of at most 4,000 characters. */
function isClaims(text: string): boolean {
  return text.length <= 4_000 && parseObject(text) !== null;
}
