import { Agent, type AgentOptions, type RequestOptions } from "node:https";
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
 * An https agent whose every connection is a tunnel through the proxy (CONNECT). Node opens the tunnel. This class limits
 * the time and throws ProxyError if the proxy is the cause of a failure.
 */
export class TunnelAgent extends Agent {
  readonly #proxyName: string;
  readonly #listener: ProxyListener;

  constructor(proxy: ProxySettings, listener: ProxyListener, options: AgentOptions = {}) {
    // Next widens the type by a setting that agents don't read
    const proxyEnv = { HTTPS_PROXY: proxy.address } as AgentOptions["proxyEnv"];
    super({ ...options, proxyEnv });
    this.#proxyName = proxy.name;
    this.#listener = listener;
  }

  override createConnection(options: RequestOptions, callback?: Created): Duplex | null | undefined {
    const target = `${options.host}:${options.port ?? 443}`;
    let isOver = false;
    const finish = (error: Error | null, stream: Duplex) => {
      if (isOver) return void stream.destroy();
      isOver = true;
      clearTimeout(timer);
      callback?.(error, stream);
    };
    const fail = (connection: Duplex, failure: ProxyFailure, cause?: Error) => {
      // Node leaves this socket open and without a listener, so a late error would end the process
      connection.on("error", () => {}).destroy();
      if (!isOver) this.#listener(target, failure);
      finish(new ProxyError(this.#proxyName, failure, cause), connection);
    };
    const connection = super.createConnection(options, (error, stream) => {
      if (!connection) return;
      // the stream is the connection to the proxy itself if the tunnel couldn't be opened
      if (error && stream === connection) return fail(connection, failureOf(error), error);
      if (!isOver) this.#listener(target, null);
      finish(error, stream);
    });
    const timer = setTimeout(() => connection && fail(connection, "silent"), tunnelTimeoutMs);
    return connection;
  }
}

function failureOf(error: Error): ProxyFailure {
  if ("statusCode" in error && typeof error.statusCode === "number")
    return Number.isInteger(error.statusCode) ? error.statusCode : "broken";
  if (isCertificateError(error)) return "certificate";
  const code = "code" in error ? error.code : "";
  return code === "ERR_PROXY_TUNNEL" || code === "ECONNRESET" || code === "EPIPE" ? "broken" : "unreachable";
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
