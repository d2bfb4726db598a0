import { request as httpRequest } from "node:http";
import { Agent, type AgentOptions, request as httpsRequest, type RequestOptions } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { ProxyError, type ProxyFailure, isCertificateError } from "./proxy-problem.ts";
import { goesThroughProxy, type ProxySettings } from "./proxy-settings.ts";

/**
 * The time for the connection to the proxy, the proxy's answer and the TLS handshake together. It is shorter than the limit
 * of any call, so that the error names the proxy.
 */
const tunnelTimeoutMs = 8_000;

type Created = (error: Error | null, stream: Duplex) => void;
/** Hears of each attempt to open a tunnel to `target` (`host:port`). `failure` is null if the proxy opened the tunnel. */
type ProxyListener = (target: string, failure: ProxyFailure | null) => void;

/**
 * An https agent whose every connection is a tunnel through the proxy (CONNECT). Limits the time, and throws ProxyError if
 * the proxy is the cause of a failure.
 */
export class TunnelAgent extends Agent {
  readonly #proxy: ProxySettings;
  readonly #listener: ProxyListener;

  constructor(proxy: ProxySettings, listener: ProxyListener, options: AgentOptions = {}) {
    super(options);
    this.#proxy = proxy;
    this.#listener = listener;
  }

  override createConnection(options: RequestOptions, callback?: Created): undefined {
    const { host, port } = options;
    const target = `${host}:${port ?? 443}`;
    const connect = startConnect(this.#proxy, host ?? "localhost", Number(port ?? 443));
    let end: (() => void) | null = () => connect.destroy();
    const finish = (error: Error | null, stream?: Duplex) => {
      if (!end) return;
      end = null;
      clearTimeout(timer);
      // after an error Node reads no stream
      callback?.(error, stream as Duplex);
    };
    const fail = (failure: ProxyFailure, cause?: Error) => {
      if (!end) return;
      end();
      this.#listener(target, failure);
      finish(new ProxyError(this.#proxy.name, failure, cause));
    };
    const timer = setTimeout(() => fail("silent"), tunnelTimeoutMs);
    connect.on("error", (error) => fail(failureOf(error), error));
    connect.once("connect", ({ statusCode = 0 }, tunnel, head) => {
      // the request has removed its own listener, and a late reset would end the process
      tunnel.on("error", () => {});
      if (!end) return void tunnel.destroy();
      end = () => tunnel.destroy();
      if (statusCode !== 200) return fail(statusCode);
      if (head.length > 0) tunnel.unshift(head);
      const secure = super.createConnection({ ...options, socket: tunnel } as RequestOptions);
      if (!secure) return fail("broken");
      end = () => secure.destroy();
      const opened = (error: Error | null) => {
        secure.off("error", opened).off("secureConnect", onSecure);
        if (end) this.#listener(target, null);
        finish(error, secure);
      };
      const onSecure = () => opened(null);
      secure.on("error", opened).on("secureConnect", onSecure);
    });
    connect.end();
    return undefined;
  }
}

/** Asks the proxy for a tunnel to a host and port, over a new connection. */
function startConnect({ address }: ProxySettings, host: string, port: number) {
  const proxy = new URL(address);
  const path = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorization =
    login === ":" ? {} : { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` };
  const isTls = proxy.protocol === "https:";
  return (isTls ? httpsRequest : httpRequest)({
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || (isTls ? 443 : 80),
    method: "CONNECT",
    path,
    headers: { host: path, ...authorization },
    agent: false,
  });
}

function failureOf(error: Error): ProxyFailure {
  if (isCertificateError(error)) return "certificate";
  const code = "code" in error ? String(error.code) : "";
  // HPE_ are the errors of Node's parser of HTTP
  return code === "ECONNRESET" || code === "EPIPE" || code.startsWith("HPE_") ? "broken" : "unreachable";
}

/** An https agent that decides for each connection whether it goes through the proxy. */
export class RoutingAgent extends Agent {
  readonly #proxy: ProxySettings;
  readonly #tunnel: TunnelAgent;

  constructor(proxy: ProxySettings, listener: ProxyListener, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#tunnel = new TunnelAgent(proxy, listener, options);
  }

  override createConnection(options: RequestOptions, callback?: Created): Duplex | null | undefined {
    const { host, port } = options;
    return goesThroughProxy(this.#proxy, host ?? "localhost", Number(port ?? 443))
      ? this.#tunnel.createConnection(options, callback)
      : super.createConnection(options, callback);
  }
}
