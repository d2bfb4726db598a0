import { createHash } from "node:crypto";
import {
  AuthError,
  ConfidentialClientApplication,
  type INetworkModule,
  LogLevel,
  type NetworkRequestOptions,
  ServerError,
} from "@azure/msal-node";
import { type VendorCredential, VendorError, type VendorIo } from "../contract.ts";
import { retryAfterMs } from "./client.ts";
import { entraError, problemOf } from "./errors.ts";

const tokenTimeoutMs = 10_000;
const cacheMax = 500;

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
        response.status,
        trace,
        retryAfter ? retryAfterMs(retryAfter) : null,
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
export function transportError(error: unknown): VendorError {
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

function application(
  credential: VendorCredential,
  io: VendorIo,
  failed: (error: VendorError) => void,
): ConfidentialClientApplication {
  const authority = new URL(io.authorityHost);
  return new ConfidentialClientApplication({
    auth: {
      clientId: credential.applicationId,
      clientSecret: credential.clientSecret,
      authority: `${authority.origin}/${encodeURIComponent(credential.tenantId)}`,
      // without this MSAL asks Microsoft's public cloud whether the host is one of its own
      knownAuthorities: [authority.host],
    },
    system: {
      networkClient: networkModule(io.signal, failed),
      loggerOptions: { logLevel: LogLevel.Error, loggerCallback: () => {} },
    },
  });
}

/** Whether the directory exists: its discovery document names it. Throws VendorError. */
export async function findTenant(tenantId: string, io: VendorIo): Promise<void> {
  const address = `${io.authorityHost}/${encodeURIComponent(tenantId)}/v2.0/.well-known/openid-configuration`;
  await networkModule(io.signal).sendGetRequestAsync(address);
}

/**
 * A token straight from Entra ID, by a fresh MSAL instance with an empty cache: a wrong new secret can't
 * pass on an old token. Throws VendorError.
 */
export async function fetchToken(
  credential: VendorCredential,
  io: VendorIo,
): Promise<{ token: string; expiresAt: number }> {
  let failure: VendorError | undefined;
  const failed = (error: VendorError) => {
    failure = error;
  };
  try {
    const result = await application(credential, io, failed).acquireTokenByClientCredential({
      scopes: [`${io.resourceManagerEndpoint}/.default`],
      skipCache: true,
    });
    if (!result?.accessToken) throw problemOf("not_json");
    return {
      token: result.accessToken,
      expiresAt: result.expiresOn?.getTime() ?? io.now().getTime() + 60_000,
    };
  } catch (error) {
    throw failure ?? vendorErrorOf(error);
  }
}

function vendorErrorOf(error: unknown): VendorError {
  if (error instanceof VendorError) return error;
  if (error instanceof ServerError)
    return entraError([Number(error.errorNo)].filter(Number.isFinite), 400, error.correlationId ?? null);
  if (error instanceof AuthError && error.errorCode === "endpoints_resolution_error")
    return problemOf("network");
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof VendorError ? cause : problemOf("network");
}

const held = new Map<string, { token: string; expiresAt: number }>();
const renewBeforeMs = 5 * 60_000;

/** A token for polling and writing, kept until five minutes before its end; keyed on the secret's hash. */
export async function heldToken(credential: VendorCredential, io: VendorIo): Promise<string> {
  const parts = [io.authorityHost, credential.tenantId, credential.applicationId, credential.clientSecret];
  const fingerprint = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  const known = held.get(fingerprint);
  if (known && known.expiresAt - renewBeforeMs > io.now().getTime()) return known.token;
  const fresh = await fetchToken(credential, io);
  held.delete(fingerprint);
  held.set(fingerprint, fresh);
  const [oldest] = held.keys();
  if (held.size > cacheMax && oldest) held.delete(oldest);
  return fresh.token;
}

/** Forgets a token that ARM refused, so that the next call asks for another. */
export function forgetToken(token: string): void {
  for (const [key, value] of held) if (value.token === token) held.delete(key);
}
