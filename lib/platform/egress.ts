import { Agent } from "node:https";
import { type HttpsCall, createHttpsCall } from "./https-call.ts";
import { RoutingAgent, TunnelAgent } from "./proxy-agent.ts";
import { type ProxyFailure, type ProxyProblem, proxyFailureOf } from "./proxy-problem.ts";
import { goesThroughProxy, type ProxySettings } from "./proxy-settings.ts";

/**
 * The portal's way out: how calls reach other hosts, directly or through the operator's proxy. Every outgoing HTTPS call
 * uses one of these agents. Only e-mail doesn't, because SMTP has no such proxies.
 */
export type Egress = {
  /** keeps connections open for further requests */
  pooled: Agent;
  /** opens a connection for each request */
  single: Agent;
  /** opens a tunnel through the proxy for each request, to whichever host; null if there is no proxy */
  tunnel: Agent | null;
  /** makes one https call, over a new connection */
  call: HttpsCall;
  /** whether calls of an address go through the proxy */
  usesProxy: (address: string) => boolean;
  /**
   * Returns through which proxy a failed call of an address went, and how the proxy failed if it was the cause. Returns null
   * if the call went directly.
   */
  problemOf: (address: string, error: unknown) => ProxyProblem | null;
  /**
   * Returns how the proxy failed at this process's latest call of the address's host, for a caller that lost the error.
   * `failure` is null if the proxy opened that tunnel. Returns null if calls of the address go directly.
   */
  latestProblem: (address: string) => ProxyProblem | null;
};

const targetsMax = 1_000;

/** Returns the host and the port of an https address. */
function targetOf(address: string): [host: string, port: number] {
  const { hostname, port } = new URL(address);
  return [hostname, Number(port || 443)];
}

/** Opens the way out. Without a proxy, all calls go directly. */
export function openEgress(proxy: ProxySettings | null): Egress {
  const latest = new Map<string, ProxyFailure | null>();
  const listener = (target: string, failure: ProxyFailure | null) => {
    if (latest.size >= targetsMax) latest.clear();
    latest.set(target, failure);
  };
  const agent = (keepAlive: boolean) =>
    proxy ? new RoutingAgent(proxy, listener, { keepAlive }) : new Agent({ keepAlive });
  const usesProxy = (address: string) => goesThroughProxy(proxy, ...targetOf(address));
  const problem = (address: string, failure: ProxyFailure | null) =>
    proxy && usesProxy(address) ? { proxy: proxy.name, failure } : null;
  const single = agent(false);
  return {
    pooled: agent(true),
    single,
    tunnel: proxy ? new TunnelAgent(proxy, listener) : null,
    call: createHttpsCall(single),
    usesProxy,
    problemOf: (address, error) => problem(address, proxyFailureOf(error)),
    latestProblem: (address) => problem(address, latest.get(targetOf(address).join(":")) ?? null),
  };
}
