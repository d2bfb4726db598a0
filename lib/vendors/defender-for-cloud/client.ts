import { SecurityCenter } from "@azure/arm-security";
import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelinePolicy,
  type PipelineResponse,
  isRestError,
} from "@azure/core-rest-pipeline";
import type { Json } from "#lib/domain/detection.ts";
import { elementTexts } from "#lib/domain/json-text.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { RawAlert, VendorSource } from "../contract.ts";
import type { VendorIo } from "../io.ts";
import { VendorError } from "../problem.ts";
import { claimsOf, guardPolicy } from "../shared/microsoft-entra/guard.ts";
import { retryAfterMs } from "../shared/microsoft-entra/retry-after.ts";
import type { TokenSource } from "../shared/microsoft-entra/token-source.ts";
import { resourceManager } from "./api.ts";
import { alertsVersion, armAddress } from "./arm-address.ts";
import { type Asked, armError, azureError } from "./errors.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import type { AlertRef } from "./ref.ts";
import { statusAction } from "./status.ts";

const pagesMax = 1_000;
/** a list that takes longer than this fails, so that it can't hold its place for ever */
const listTimeoutMs = 10 * 60_000;

export type ArmClient = ReturnType<typeof armClient>;
/** A page of the list of alerts. */
export type ArmPage = {
  alerts: RawAlert[];
  /** how many reads Resource Manager still grants, where it says so */
  remainingReads: number | null;
  /** where the list goes on, an address of Azure's; null on the last page */
  next: string | null;
};

/**
 * The Azure SDK, tamed (docs/decisions/0002): alerts in api-version 2022-01-01, requests to nobody but the
 * configured Resource Manager and this subscription, JSON or nothing, no retries of its own, no redirects,
 * and the raw body instead of the SDK's model, which drops what it doesn't know.
 */
export function armClient(
  { scopeId: subscriptionId, cloud }: Pick<VendorSource, "scopeId" | "cloud">,
  tokens: TokenSource,
  io: VendorIo,
) {
  const endpoint = resourceManager.origin(cloud);
  // the SDK wants one; the guard puts our own token on each request
  const credential = { getToken: async () => null };
  const sdk = new SecurityCenter(credential, subscriptionId, {
    endpoint,
    $host: endpoint,
    retryOptions: { maxRetries: 0 },
    credentialScopes: `${endpoint}/.default`,
  } as ConstructorParameters<typeof SecurityCenter>[2]);
  sdk.pipeline.removePolicy({ name: "redirectPolicy" });
  sdk.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" });
  const prepare = (address: string) => armAddress(address, endpoint, subscriptionId);
  sdk.pipeline.addPolicy(guardPolicy({ api: resourceManager, tokens, signal: io.signal, prepare }));
  sdk.pipeline.removePolicy({ name: "deserializationPolicy" });
  sdk.pipeline.addPolicy(pagePolicy, { phase: "Deserialize" });
  const base = `${endpoint}/subscriptions/${subscriptionId}`;

  const send = async (
    method: "GET" | "POST",
    path: string,
    apiVersion: string,
    asked: Asked = "read",
    body?: Json,
  ): Promise<PipelineResponse> => {
    const request = createPipelineRequest({
      url: `${base}${path}?api-version=${apiVersion}`,
      method,
      headers: createHttpHeaders({
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await attempt(io, () => sdk.sendRequest(request));
    if (response.status < 200 || response.status > 299) throw responseError(response, asked);
    return response;
  };

  return {
    /** Any resource of the subscription, as JSON. */
    get: async (path: string, apiVersion: string): Promise<Json> =>
      parse((await send("GET", path, apiVersion)).bodyAsText),

    /** Asks the subscription for something that isn't a status. */
    post: async (path: string, apiVersion: string, asked: Asked, body: Json): Promise<void> => {
      await send("POST", path, apiVersion, asked, body);
    },

    /** The list of alerts, a page at a time; `nextLink` is followed only where it belongs. */
    async *listAlerts(): AsyncGenerator<ArmPage, void, void> {
      const seen = new Set<string>();
      const started = performance.now();
      const last: { response?: PipelineResponse } = {};
      const pages = sdk.alerts
        .list({
          onResponse: (raw) => {
            last.response = raw;
          },
        })
        .byPage();
      for (let count = 0; ; count++) {
        const next = await attempt(io, () => pages.next());
        if (next.done) return;
        if (!last.response) throw azureError("not_json");
        const page = listPage(last.response);
        yield page;
        if (!page.next) return;
        if (seen.has(page.next)) throw azureError("untrusted_link", { vendorCode: "loop" });
        if (count >= pagesMax) throw azureError("too_large");
        if (performance.now() - started > listTimeoutMs) throw azureError("timeout");
        seen.add(page.next);
      }
    },

    /** The page of the list at an address that the page before gave; the SDK can't begin in the middle. */
    listPageAt: async (url: string): Promise<ArmPage> => {
      const headers = createHttpHeaders({ accept: "application/json" });
      return listPage(await attempt(io, () => sdk.sendRequest(createPipelineRequest({ url, headers }))));
    },

    /** One alert, addressed at the subscription, which also finds those of a resource group. */
    getAlert: async (alert: AlertRef): Promise<Json> =>
      parse((await send("GET", alertPath(alert), alertsVersion)).bodyAsText),

    /** Asks for a status. A 2xx that carries an error is a refusal too. */
    setStatus: async (alert: AlertRef, to: TargetStatus): Promise<string | null> => {
      const response = await send("POST", `${alertPath(alert)}/${statusAction[to]}`, alertsVersion, "write");
      if (response.bodyAsText) {
        const error = objectOf(objectOf(parse(response.bodyAsText)).error);
        if (Object.keys(error).length > 0) throw responseError(response, "write");
      }
      return response.headers.get("x-ms-request-id") ?? null;
    },
  };
}

/** A page of the list, each alert with its own text. Throws VendorError for what is none. */
function listPage(response: PipelineResponse): ArmPage {
  if (response.status !== 200) throw responseError(response, "list");
  const page = pageOf(response);
  if (!Array.isArray(page.value)) throw azureError("not_json");
  const texts = elementTexts(response.bodyAsText ?? "", "value") ?? [];
  const alerts = page.value.map((value, index) => ({ value, text: texts[index] ?? JSON.stringify(value) }));
  const next = typeof page.nextLink === "string" && page.nextLink ? page.nextLink : null;
  return { alerts, remainingReads: remainingReads(response), next };
}

/** How many reads Resource Manager still grants: of its token bucket, or, as older answers say, in all. */
function remainingReads(response: PipelineResponse): number | null {
  const found = ["reads", "resource-requests"]
    .map((kind) => response.headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`) ?? "")
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
  return found.length > 0 ? Math.min(...found) : null;
}

/** Every segment is checked and encoded: this address carries our token. */
function alertPath({ location, alertId }: AlertRef): string {
  if (!/^[a-z0-9]{1,64}$/i.test(location) || !/^[A-Za-z0-9_-]{1,128}$/.test(alertId)) {
    throw azureError("not_found", { vendorCode: "address" });
  }
  return `/providers/Microsoft.Security/locations/${encodeURIComponent(location)}/alerts/${encodeURIComponent(alertId)}`;
}

/**
 * What the SDK needs to go on to the next page, and no more of its model: one alert that isn't as the model
 * wants it would throw the whole page away.
 */
const pagePolicy: PipelinePolicy = {
  name: "pocketsocPage",
  sendRequest: async (request, next) => {
    const response = await next(request);
    const page = response.status === 200 ? objectOf(parse(response.bodyAsText)) : {};
    parsedPages.set(response, page);
    const { nextLink } = page;
    return Object.assign(response, { parsedBody: typeof nextLink === "string" ? { nextLink } : {} });
  },
};

/** A page may be large, so it is parsed once. */
const parsedPages = new WeakMap<PipelineResponse, JsonObject>();
const pageOf = (response: PipelineResponse) =>
  parsedPages.get(response) ?? objectOf(parse(response.bodyAsText));

function parse(text: string | null | undefined): Json {
  try {
    return JSON.parse(text ?? "") as Json;
  } catch {
    throw azureError("not_json");
  }
}

async function attempt<T>(io: VendorIo, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw io.signal.aborted ? error : vendorErrorOf(error);
  }
}

function vendorErrorOf(error: unknown): VendorError {
  if (error instanceof VendorError) return error;
  // by name: the SDK is CommonJS and brings a class of its own, so `instanceof` never holds
  if (isRestError(error)) {
    if (error.response && error.statusCode) return responseError(error.response, "read");
    return azureError("network");
  }
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError" || name === "TimeoutError") return azureError("timeout");
  return error instanceof SyntaxError ? azureError("not_json") : azureError("network");
}

function responseError(response: PipelineResponse, asked: Asked): VendorError {
  let code = "";
  try {
    const error = objectOf(objectOf(JSON.parse(response.bodyAsText ?? "") as Json).error);
    code = typeof error.code === "string" ? error.code.slice(0, 80) : "";
  } catch {
    // an error without a JSON body is judged by its status
  }
  const retryAfter = response.headers.get("retry-after");
  return armError(response.status, code, {
    asked,
    requestId: response.headers.get("x-ms-request-id") ?? null,
    retryAfterMs: retryAfter ? retryAfterMs(retryAfter) : null,
    challenge: response.status === 401 ? claimsOf(response) : null,
  });
}
