import {
  AuthError,
  type INetworkModule,
  InteractionRequiredAuthError,
  type NetworkRequestOptions,
  ServerError,
} from "@azure/msal-node";
import { type VendorApplication, VendorError, type VendorIo } from "../contract.ts";
import { clouds } from "./clouds.ts";
import { retryAfterMs } from "./retry-after.ts";
import { entraError, problemOf } from "./errors.ts";

const tokenTimeoutMs = 10_000;
const metadataKeptMs = 24 * 3_600_000;
const metadataMax = 500;

/** MSAL's transport: bounded in time, ended by the caller, and never led elsewhere by a redirect. */
function networkModule(signal: AbortSignal, failed: (error: VendorError) => void = () => {}): INetworkModule {
  const send = async (method: string, url: string, options?: NetworkRequestOptions) => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: options?.headers ?? {},
        body: options?.body ?? null,
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(tokenTimeoutMs)]),
      });
      text = await response.text();
    } catch (error) {
      throw transportError(error);
    }
    const requestId = response.headers.get("x-ms-request-id");
    const body = parseObject(text);
    if (!body)
      throw response.status >= 500
        ? problemOf("server_error", { requestId })
        : problemOf("not_json", { requestId });
    // classified here by number: MSAL would throttle itself for a minute after a 429 or 5xx
    if (!response.ok) {
      const numbers = Array.isArray(body.error_codes)
        ? body.error_codes.filter((one): one is number => typeof one === "number")
        : [];
      const retryAfter = response.headers.get("retry-after");
      const trace = typeof body.trace_id === "string" ? body.trace_id : requestId;
      throw entraError(
        body.error === "invalid_tenant" && numbers.length === 0 ? [90002] : numbers,
        // the number may be one that nobody told us of, and still it passes
        body.error === "temporarily_unavailable" ? 503 : response.status,
        trace,
        {
          retryAfterMs: retryAfter ? retryAfterMs(retryAfter) : null,
          claims: typeof body.claims === "string" && isClaims(body.claims) ? body.claims : null,
        },
      );
    }
    return { headers: Object.fromEntries(response.headers), body: body as never, status: response.status };
  };
  // MSAL wraps what its transport throws in an error of its own, so it is handed out beside it
  const told = async (method: string, url: string, options?: NetworkRequestOptions) => {
    try {
      return await send(method, url, options);
    } catch (error) {
      if (error instanceof VendorError) failed(error);
      throw error;
    }
  };
  return {
    sendGetRequestAsync: (url, options) => told("GET", url, options),
    sendPostRequestAsync: (url, options) => told("POST", url, options),
  };
}

/** A failed `fetch` as a problem: out of time, or not reached. */
function transportError(error: unknown): VendorError {
  const name = error instanceof Error ? error.name : "";
  return problemOf(name === "TimeoutError" || name === "AbortError" ? "timeout" : "network");
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/**
 * Runs a call of MSAL's that uses the transport it is handed; whatever fails is a VendorError: MSAL wraps what its
 * transport throws in an error of its own.
 */
export async function askEntra<T>(io: VendorIo, call: (network: INetworkModule) => Promise<T>): Promise<T> {
  let failure: VendorError | undefined;
  const network = networkModule(io.signal, (error) => {
    failure = error;
  });
  try {
    return await call(network);
  } catch (error) {
    throw failure ?? vendorErrorOf(error);
  }
}

function vendorErrorOf(error: unknown): VendorError {
  if (error instanceof VendorError) return error;
  if (error instanceof ServerError)
    return entraError([Number(error.errorNo)].filter(Number.isFinite), 400, error.correlationId ?? null);
  if (error instanceof InteractionRequiredAuthError) return problemOf("sign_in_needed");
  if (error instanceof AuthError && error.errorCode === "nonce_mismatch") return problemOf("answer_foreign");
  if (error instanceof AuthError && error.errorCode === "endpoints_resolution_error")
    return problemOf("network");
  if (error instanceof AuthError && error.errorCode !== "network_error")
    return entraError([], 400, error.correlationId || null);
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof VendorError ? cause : problemOf("network");
}

const metadata = new Map<string, { text: string; at: number }>();

/** The directory's discovery document, asked for once a day and process. Throws VendorError. */
export async function discover({ tenantId }: VendorApplication, io: VendorIo): Promise<string> {
  const address = discoveryAddress(tenantId, io);
  const known = metadata.get(address);
  if (known && io.now().getTime() - known.at < metadataKeptMs) return known.text;
  const text = JSON.stringify(await fetchDiscovery(tenantId, io));
  metadata.set(address, { text, at: io.now().getTime() });
  const [oldest] = metadata.keys();
  if (metadata.size > metadataMax && oldest) metadata.delete(oldest);
  return text;
}

function discoveryAddress(tenantId: string, io: VendorIo): string {
  return `${io.authorityHost}/${encodeURIComponent(tenantId)}/v2.0/.well-known/openid-configuration`;
}

/** Whether the directory exists: its discovery document names it. Throws VendorError. */
export async function findTenant(tenantId: string, io: VendorIo): Promise<void> {
  await fetchDiscovery(tenantId, io);
}

/** The document, whose token endpoint must be this authority's: it is sent our secrets and codes. */
async function fetchDiscovery(tenantId: string, io: VendorIo): Promise<object> {
  const address = discoveryAddress(tenantId, io);
  const { body } = await networkModule(io.signal).sendGetRequestAsync<{ token_endpoint?: unknown }>(address);
  const origin = URL.parse(String(body.token_endpoint))?.origin;
  if (origin === new URL(io.authorityHost).origin) return body;
  throw problemOf(clouds.some((one) => one.authorityHost === origin) ? "wrong_cloud" : "not_json");
}

/** Whether what is to be proved can be sent back to Entra ID as it came. */
function isClaims(text: string): boolean {
  return text.length <= 4_000 && parseObject(text) !== null;
}
