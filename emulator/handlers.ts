import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Arm } from "./azure/arm.ts";
import { control } from "./azure/control.ts";
import type { Entra } from "./azure/entra.ts";
import { answerWithFault } from "./azure/faults.ts";
import { answerGraph } from "./azure/graph.ts";
import type { Grants } from "./azure/grants.ts";
import type { Keys } from "./azure/keys.ts";
import type { Store } from "./azure/store.ts";
import { TokenEndpoint } from "./azure/token-endpoint.ts";
import { twists } from "./azure/tokens.ts";
import type { EntraUrls } from "./azure/urls.ts";
import { readBody, send } from "./http.ts";
import type { LogicApps } from "./logic-app/logic-apps.ts";

/** Waits by the global timer, because tests speed that timer up. */
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export type Cloud = {
  urls: EntraUrls;
  store: Store;
  keys: Keys;
  grants: Grants;
  logicApps: LogicApps;
  arm: Arm;
  entra: Entra;
  tokenEndpoint: TokenEndpoint;
};
type Handler = (cloud: Cloud, request: IncomingMessage, response: ServerResponse) => Promise<void>;

const requestsMax = 20_000;

/**
 * Turns a handler into a listener for Node's server. If the handler throws, the client gets a 500 with the reason, so that
 * it doesn't hang.
 */
export const listenerOf =
  (cloud: Cloud, handle: Handler): RequestListener =>
  (request, response) =>
    void handle(cloud, request, response).catch((error: unknown) => {
      console.error("emulator:", error);
      if (!response.headersSent)
        send(response, { status: 500, body: { error: { code: "EmulatorFault", message: String(error) } } });
    });

/** Answers a request to Resource Manager. */
export const handleArm: Handler = async ({ store, urls, arm }, request, response) => {
  // read before any delay: a client that disconnects later has still sent its request
  const body = request.method === "GET" ? "" : await readBody(request);
  await pause(store.settings.latencyMs);
  const url = new URL(request.url ?? "/", urls.armEndpoint);
  const fault = store.takeFault([Arm.targetOf(request.method ?? "", url.pathname)]);
  // the answer is right and only late
  if (fault?.kind === "slow") await pause(fault.delayMs);
  else if (fault && fault.kind !== "lost-answer") {
    recordRequest(store, request, "arm", 0, "");
    return answerWithFault(fault, request, response, urls.armEndpoint);
  }
  const { answer, principal } = await arm.answer(
    request.method ?? "GET",
    url,
    request.headers.authorization,
    body,
  );
  recordRequest(store, request, "arm", answer.status, principal);
  // the request took effect, but the client never gets the answer
  if (fault?.kind === "lost-answer") response.destroy();
  else send(response, answer);
};

/** Answers a request to Microsoft Graph. */
export const handleGraph: Handler = async (cloud, request, response) => {
  const url = new URL(request.url ?? "/", cloud.urls.graphEndpoint);
  const fault = cloud.store.takeFault(["graph"]);
  if (fault) return answerWithFault(fault, request, response, cloud.urls.graphEndpoint);
  const answer = await answerGraph(cloud, request.method ?? "GET", url, request.headers.authorization);
  recordRequest(cloud.store, request, "graph", answer.status, "");
  send(response, answer);
};

/** Answers a program's request to Entra ID: a token, discovery or signing keys. */
export const handleEntra: Handler = async (cloud, request, response) => {
  const { store, urls, entra, keys } = cloud;
  const url = new URL(request.url ?? "/", urls.authorityHost);
  const [, tenantId = "", ...rest] = url.pathname.split("/");
  const path = rest.join("/");
  if (path === "oauth2/v2.0/token" && request.method === "POST")
    return issueToken(cloud, tenantId, request, response);
  const fault = store.takeFault([path.endsWith("openid-configuration") ? "discovery" : "keys"]);
  if (fault) return answerWithFault(fault, request, response, urls.armEndpoint);
  if (path === "v2.0/.well-known/openid-configuration") return send(response, entra.discovery(tenantId));
  if (path === "discovery/v2.0/keys") return send(response, { status: 200, body: keys.jwks });
  send(response, { status: 404, html: "<h1>404</h1>" });
};

/** Answers a browser's request to Entra ID: sign-in or sign-out. */
export const handleBrowser: Handler = async ({ urls, entra }, request, response) => {
  const url = new URL(request.url ?? "/", urls.browserUrl);
  const [, tenantId = "", ...rest] = url.pathname.split("/");
  if (rest.join("/") === "oauth2/v2.0/logout")
    return send(response, entra.logout(tenantId, url.searchParams));
  if (rest.join("/") === "oauth2/v2.0/authorize") {
    if (request.method !== "POST") return send(response, entra.authorizePage(tenantId, url.searchParams));
    const chosen = new URLSearchParams(await readBody(request)).get("account") ?? "";
    return send(response, entra.authorize(tenantId, url.searchParams, chosen));
  }
  // every browser asks for it unprompted
  if (url.pathname === "/favicon.ico") return send(response, { status: 204 });
  send(response, { status: 404, html: "<h1>404</h1>" });
};

/** Answers a call to the control API. */
export const handleControl: Handler = async (cloud, request, response) => {
  // keeps pages that are open in a browser on this machine from calling it
  if (request.headers.origin) return send(response, { status: 403 });
  const text = await readBody(request);
  send(
    response,
    control(
      cloud,
      request.method ?? "GET",
      new URL(request.url ?? "/", cloud.urls.browserUrl),
      text ? (JSON.parse(text) as Record<string, unknown>) : {},
    ),
  );
};

async function issueToken(
  { store, urls, grants, tokenEndpoint }: Cloud,
  tenantId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await readBody(request));
  await pause(store.settings.tokenLatencyMs);
  const grantType = form.get("grant_type") ?? "";
  const principal = grants.personOf(form) ?? form.get("client_id") ?? "";
  const record = (status: number) => recordRequest(store, request, "entra", status, principal, grantType);
  const fault = store.takeFault(TokenEndpoint.targetsOf(grantType), (kind) => !twists.includes(kind));
  if (fault) {
    record(0);
    return answerWithFault(fault, request, response, urls.armEndpoint);
  }
  const answer = await tokenEndpoint.answer(tenantId, form, request.headers.authorization);
  record(answer.status);
  send(response, answer);
}

function recordRequest(
  store: Store,
  request: IncomingMessage,
  host: "entra" | "arm" | "graph",
  status: number,
  principal: string,
  grantType?: string,
): void {
  store.requests.push({
    at: new Date().toISOString(),
    method: request.method ?? "",
    host,
    path: request.url ?? "",
    status,
    principal,
    ...(grantType === undefined ? {} : { grantType }),
  });
  if (store.requests.length > requestsMax) store.requests.splice(0, requestsMax / 2);
}
