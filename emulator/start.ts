import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { Arm } from "./azure/arm.ts";
import { control } from "./azure/control.ts";
import { Entra } from "./azure/entra.ts";
import { actFault } from "./azure/faults.ts";
import { Grants } from "./azure/grants.ts";
import { createKeys } from "./azure/keys.ts";
import { Store } from "./azure/store.ts";
import { TokenEndpoint } from "./azure/token-endpoint.ts";
import { twists } from "./azure/tokens.ts";
import { readBody, send } from "./http.ts";
import { LogicApps } from "./logic-app/logic-apps.ts";
import { ensureCertificates } from "./tls.ts";

type EmulatorOptions = {
  /** 0 takes any free port */
  entraPort: number;
  armPort: number;
  browserPort: number;
  /** where certificates are kept, and alerts too unless `volatile` */
  stateDir: string;
  volatile?: boolean;
  control: boolean;
  portalUrls: string[];
};
type Emulator = {
  authorityHost: string;
  armEndpoint: string;
  browserUrl: string;
  controlUrl: string | undefined;
  caFile: string;
  stop(): Promise<void>;
};

/** Starts Entra ID and Resource Manager over TLS, and what a browser opens over plain http, on localhost. */
// long: its routes share the servers and the store that it starts
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const certificates = await ensureCertificates(options.stateDir);
  const store = new Store(options.volatile ? null : options.stateDir, options.portalUrls);
  const keys = await createKeys();
  const servers: Server[] = [];
  const listen = async (port: number, tls: boolean, handler: RequestListener) => {
    const server: Server = tls
      ? createTlsServer({ key: certificates.key, cert: certificates.cert }, handler)
      : createHttpServer(handler);
    // as clouds do; Node's five seconds end a connection just as a slow test takes it up again
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) =>
      server.once("error", reject).listen(port, "localhost", resolve),
    );
    servers.push(server);
    const address = server.address();
    return `${tls ? "https" : "http"}://localhost:${typeof address === "object" && address ? address.port : port}`;
  };
  const urls = { authorityHost: "", browserUrl: "", armEndpoint: "" };
  const grants = new Grants();
  const logicApps = new LogicApps(store);
  const entra = new Entra(store, grants, urls);
  const tokenEndpoint = new TokenEndpoint(store, keys, grants, urls);
  urls.armEndpoint = await listen(options.armPort, true, (request, response) =>
    guard(response, () => arm(request, response)),
  );
  urls.authorityHost = await listen(options.entraPort, true, (request, response) =>
    guard(response, () => machine(request, response)),
  );
  urls.browserUrl = await listen(options.browserPort, false, (request, response) =>
    guard(response, () => browser(request, response)),
  );
  const resourceManager = new Arm(store, keys, urls, logicApps);
  const controlUrl = options.control
    ? await listen(0, false, (request, response) =>
        guard(response, async () => {
          // a page that is open in the same browser is nobody's control
          if (request.headers.origin) return send(response, { status: 403 });
          const text = await readBody(request);
          send(
            response,
            control(
              { store, grants, logicApps },
              request.method ?? "GET",
              new URL(request.url ?? "/", urls.browserUrl),
              text ? (JSON.parse(text) as Record<string, unknown>) : {},
            ),
          );
        }),
      )
    : undefined;

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const noteRequest = (
    request: IncomingMessage,
    host: "entra" | "arm",
    status: number,
    principal: string,
    grantType?: string,
  ) => {
    store.requests.push({
      at: new Date().toISOString(),
      method: request.method ?? "",
      host,
      path: request.url ?? "",
      status,
      principal,
      ...(grantType === undefined ? {} : { grantType }),
    });
    if (store.requests.length > 20_000) store.requests.splice(0, 10_000);
  };

  async function arm(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // before anything takes time: who hangs up later has asked all the same
    const body = request.method === "GET" ? "" : await readBody(request);
    await pause(store.settings.latencyMs);
    const url = new URL(request.url ?? "/", urls.armEndpoint);
    const fault = store.takeFault([Arm.targetOf(request.method ?? "", url.pathname)]);
    // late, and right: the one fault after which Azure still answers
    if (fault?.kind === "slow") await pause(fault.delayMs);
    else if (fault && fault.kind !== "lost-answer") {
      noteRequest(request, "arm", 0, "");
      return actFault(fault, request, response, urls.armEndpoint);
    }
    const { answer, principal } = await resourceManager.answer(
      request.method ?? "GET",
      url,
      request.headers.authorization,
      body,
    );
    noteRequest(request, "arm", answer.status, principal);
    // Azure did as it was asked, and nobody hears of it
    if (fault?.kind === "lost-answer") response.destroy();
    else send(response, answer);
  }

  async function machine(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", urls.authorityHost);
    const [, tenantId = "", ...rest] = url.pathname.split("/");
    const path = rest.join("/");
    if (path === "oauth2/v2.0/token" && request.method === "POST") return token(tenantId, request, response);
    const fault = store.takeFault([path.endsWith("openid-configuration") ? "discovery" : "keys"]);
    if (fault) return actFault(fault, request, response, urls.armEndpoint);
    if (path === "v2.0/.well-known/openid-configuration") return send(response, entra.discovery(tenantId));
    if (path === "discovery/v2.0/keys") return send(response, { status: 200, body: keys.jwks });
    send(response, { status: 404, html: "<h1>404</h1>" });
  }

  async function token(tenantId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readBody(request));
    await pause(store.settings.tokenLatencyMs);
    const grantType = form.get("grant_type") ?? "";
    const principal = grants.personOf(form) ?? form.get("client_id") ?? "";
    const note = (status: number) => noteRequest(request, "entra", status, principal, grantType);
    const fault = store.takeFault(TokenEndpoint.targetsOf(grantType), (kind) => !twists.includes(kind));
    if (fault) {
      note(0);
      return actFault(fault, request, response, urls.armEndpoint);
    }
    const answer = await tokenEndpoint.answer(tenantId, form, request.headers.authorization);
    note(answer.status);
    send(response, answer);
  }

  async function browser(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", urls.browserUrl);
    const [, tenantId = "", ...rest] = url.pathname.split("/");
    if (rest.join("/") === "oauth2/v2.0/logout")
      return send(response, entra.logout(tenantId, url.searchParams));
    if (rest.join("/") === "oauth2/v2.0/authorize") {
      if (request.method !== "POST") return send(response, entra.authorizePage(tenantId, url.searchParams));
      const chosen = new URLSearchParams(await readBody(request)).get("account") ?? "";
      return send(response, entra.authorize(tenantId, url.searchParams, chosen));
    }
    // a browser asks for it by itself
    if (url.pathname === "/favicon.ico") return send(response, { status: 204 });
    send(response, { status: 404, html: "<h1>404</h1>" });
  }

  return {
    ...urls,
    controlUrl,
    caFile: certificates.caFile,
    stop: async () => {
      await logicApps.clear();
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** A fault of the emulator's own is a 500 that says so, never a hang. */
async function guard(response: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error("emulator:", error);
    if (!response.headersSent)
      send(response, { status: 500, body: { error: { code: "EmulatorFault", message: String(error) } } });
  }
}
