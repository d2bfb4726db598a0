import { SecurityCenter } from "@azure/arm-security";
import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelinePolicy,
  type PipelineResponse,
  isRestError,
} from "@azure/core-rest-pipeline";
import type { Json } from "#lib/domain/detection.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import { isTooDeep } from "#lib/domain/json.ts";
import type { VendorSource } from "../contract.ts";
import type { VendorIo } from "../io.ts";
import { VendorError } from "../problem.ts";
import { guardPolicy } from "../shared/microsoft-entra/guard.ts";
import type { TokenSource } from "../shared/microsoft-entra/token-source.ts";
import { resourceManager } from "./api.ts";
import { alertsVersion, armAddress } from "./arm-address.ts";
import { refuseErrorBody, responseError } from "./arm-response.ts";
import { canonicalKeys } from "./body.ts";
import { azureError, type RequestPurpose } from "./errors.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import { transportProblem } from "../shared/transport-problem.ts";
import { type ArmPage, nextPage, pageBody, parseAnswer, readListPage } from "./list-page.ts";
import type { AlertRef } from "./ref.ts";
import { statusAction } from "./status.ts";
import { words } from "./words.ts";

const pagesMax = 1_000;
/** the maximum number of pages of a list of anything but alerts */
const listPagesMax = 100;
/** the time limit for reading all alerts, so that a slow subscription can't block other polls forever */
const listTimeoutMs = 10 * 60_000;

export type ArmClient = ReturnType<typeof armClient>;

/**
 * Wraps the Azure SDK for one subscription (docs/decisions/0002). Alerts use api-version 2022-01-01. Requests go only to the
 * configured Resource Manager and this subscription, without the SDK's retries and redirects. Responses must be JSON and are
 * returned raw, because the SDK's model drops properties it doesn't know. Every method throws VendorError.
 */
// long: its calls share one SDK client and its guard
export function armClient(
  { scopeId: subscriptionId, cloud }: Pick<VendorSource, "scopeId" | "cloud">,
  tokens: TokenSource,
  io: VendorIo,
) {
  const endpoint = resourceManager.origin(cloud);
  // the SDK requires a credential, but the guard adds our own token to each request
  const credential = { getToken: async () => null };
  const sdk = new SecurityCenter(credential, subscriptionId, {
    endpoint,
    $host: endpoint,
    retryOptions: { maxRetries: 0 },
    credentialScopes: `${endpoint}/.default`,
    agent: io.egress.pooled,
    // given, because otherwise the SDK reads a proxy from the environment, by rules of its own; the agent makes it unused
    proxyOptions: { host: "http://localhost", port: 9 },
  } as ConstructorParameters<typeof SecurityCenter>[2]);
  sdk.pipeline.removePolicy({ name: "proxyPolicy" });
  sdk.pipeline.removePolicy({ name: "redirectPolicy" });
  sdk.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" });
  const prepare = (address: string) => armAddress(address, endpoint, subscriptionId);
  sdk.pipeline.addPolicy(guardPolicy({ api: resourceManager, tokens, signal: io.signal, prepare }));
  sdk.pipeline.removePolicy({ name: "deserializationPolicy" });
  sdk.pipeline.addPolicy(pagePolicy, { phase: "Deserialize" });
  const base = `${endpoint}/subscriptions/${subscriptionId}`;

  const attempt = <T>(purpose: RequestPurpose, call: () => Promise<T>): Promise<T> =>
    call().catch((error: unknown) => {
      throw io.signal.aborted ? error : vendorErrorOf(error, purpose, endpoint, io);
    });

  const send = (
    method: "GET" | "POST",
    path: string,
    apiVersion: string,
    purpose: RequestPurpose,
    body?: Json,
  ): Promise<PipelineResponse> => sendTo(method, `${base}${path}?api-version=${apiVersion}`, purpose, body);

  const sendTo = async (
    method: "GET" | "POST",
    url: string,
    purpose: RequestPurpose,
    body?: Json,
  ): Promise<PipelineResponse> => {
    const request = createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders({
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await attempt(purpose, () => sdk.sendRequest(request));
    if (response.status < 200 || response.status > 299) throw responseError(response, purpose);
    if (response.bodyAsText) refuseErrorBody(response, purpose);
    return response;
  };

  return {
    /** Reads a resource of the subscription as JSON, with keys in Resource Manager's spelling. */
    get: async (path: string, apiVersion: string): Promise<Json> =>
      readable(parseAnswer((await send("GET", path, apiVersion, "other")).bodyAsText)),

    /**
     * Lists resources of the subscription other than alerts, with keys in Resource Manager's spelling. Follows `nextLink`
     * only within the subscription. `isWhole` is false if Resource Manager has more entries than could be read. Throws
     * VendorError if an answer isn't a list, because an empty list means something.
     */
    list: async (path: string, apiVersion: string): Promise<{ values: Json[]; isWhole: boolean }> => {
      const values: Json[] = [];
      const seen = new Set<string>();
      let at = `${base}${path}?api-version=${apiVersion}`;
      for (;;) {
        seen.add(at);
        const answer = objectOf(readable(parseAnswer((await sendTo("GET", at, "other")).bodyAsText)));
        if (!Array.isArray(answer.value)) throw azureError("not_json");
        values.push(...answer.value);
        const next = nextPage(answer, at);
        if (next === null) return { values, isWhole: true };
        if (next === "unreadable" || seen.has(next) || seen.size >= listPagesMax)
          return { values, isWhole: false };
        at = next;
      }
    },

    /** Sends a POST request to a path within the subscription. Status changes use `setStatus` instead. */
    post: async (path: string, apiVersion: string, purpose: RequestPurpose, body: Json): Promise<void> => {
      await send("POST", path, apiVersion, purpose, body);
    },

    /**
     * Lists alerts page by page. Follows `nextLink` only within the subscription. Throws `list_incomplete` after the last
     * page if one of them said that alerts may be missing.
     */
    async *listAlerts(): AsyncGenerator<ArmPage, void, void> {
      const seen = new Set<string>();
      const started = performance.now();
      const last: { response?: PipelineResponse } = {};
      let problem: ArmPage["problem"] = null;
      const pages = sdk.alerts
        .list({
          onResponse: (raw) => {
            last.response = raw;
          },
        })
        .byPage();
      for (let count = 0; ; count++) {
        const next = await attempt("list", () => pages.next());
        if (next.done) return;
        if (!last.response) throw azureError("not_json");
        const page = listPage(last.response);
        problem ??= page.problem;
        yield { ...page, problem };
        if (!page.next && problem) throw problem;
        if (!page.next) return;
        if (seen.has(page.next)) throw azureError("list_loops");
        if (count >= pagesMax) throw azureError("too_large");
        if (performance.now() - started > listTimeoutMs) throw azureError("timeout");
        seen.add(page.next);
      }
    },

    /** Reads the page at `url`, the `nextLink` of an earlier page. The SDK's own `list` always starts at the first page. */
    listPageAt: async (url: string): Promise<ArmPage> => {
      const headers = createHttpHeaders({ accept: "application/json" });
      return listPage(await attempt("list", () => sdk.sendRequest(createPipelineRequest({ url, headers }))));
    },

    /** Reads one alert. The address names no resource group; Azure finds the alert without it. */
    getAlert: async (alert: AlertRef): Promise<Json> =>
      parseAnswer((await send("GET", alertPath(alert), alertsVersion, "read")).bodyAsText),

    /**
     * Requests a status for an alert. Returns Azure's request id. Throws VendorError if Azure answers with an error, even
     * in the body of a 2xx, or with anything but JSON.
     */
    setStatus: async (alert: AlertRef, to: TargetStatus): Promise<string | null> => {
      const response = await send("POST", `${alertPath(alert)}/${statusAction[to]}`, alertsVersion, "write");
      if (response.bodyAsText) parseAnswer(response.bodyAsText);
      return response.headers.get("x-ms-request-id") ?? null;
    },
  };
}

/** Returns an answer with keys in Resource Manager's spelling. Throws VendorError if it is nested too deeply. */
function readable(answer: Json): Json {
  if (isTooDeep(answer)) throw azureError("not_json");
  return canonicalKeys<Json>(answer);
}

/** Reads a page of alerts. Throws VendorError if the response isn't such a page. */
const listPage = (response: PipelineResponse): ArmPage =>
  readListPage(response, response.status === 200 ? pageOf(response) : {});

/** Returns an alert's path. Every segment is validated and encoded, because our token is sent to this path. */
function alertPath({ location, alertId }: AlertRef): string {
  if (!/^[a-z0-9]{1,64}$/i.test(location) || !/^[A-Za-z0-9_-]{1,128}$/.test(alertId)) {
    throw azureError("not_found", { vendorCode: "address" });
  }
  return `/providers/Microsoft.Security/locations/${encodeURIComponent(location)}/alerts/${encodeURIComponent(alertId)}`;
}

/**
 * Gives the SDK only the page's `nextLink`. Otherwise a single alert that doesn't match the SDK's model would make the SDK
 * discard the whole page.
 */
const pagePolicy: PipelinePolicy = {
  name: "pocketsocPage",
  sendRequest: async (request, next) => {
    const response = await next(request);
    const page = response.status === 200 ? pageBody(response.bodyAsText) : {};
    parsedPages.set(response, page);
    const nextLink = nextPage(page, request.url);
    const isMore = nextLink !== null && nextLink !== "unreadable";
    return Object.assign(response, { parsedBody: isMore ? { nextLink } : {} });
  },
};

/** The parsed bodies of responses. Each body is parsed only once, because a page may be large. */
const parsedPages = new WeakMap<PipelineResponse, JsonObject>();
const pageOf = (response: PipelineResponse) => parsedPages.get(response) ?? pageBody(response.bodyAsText);

function vendorErrorOf(
  error: unknown,
  purpose: RequestPurpose,
  address: string,
  { egress }: VendorIo,
): VendorError {
  if (error instanceof VendorError) return error;
  // `isRestError` goes by name: the SDK is CommonJS with its own copy of the class, so `instanceof` fails
  if (isRestError(error) && error.response && error.statusCode) return responseError(error.response, purpose);
  if (error instanceof SyntaxError) return azureError("not_json");
  return new VendorError(transportProblem(words, { address, error, egress }));
}
