import type { LookupAddress } from "node:dns";
import { lookup as lookUp } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { RequestOptions } from "node:https";
import { isIP } from "node:net";
import type { Egress } from "./egress.ts";
import { untilAborted } from "./https-call.ts";
import { readLimited } from "./limited-body.ts";
import { isCertificateError, type ProxyProblem } from "./proxy-problem.ts";
import { retryAfterMs } from "./retry-after.ts";

type OutgoingRequest = {
  /** an https address */
  address: string;
  headers: Record<string, string>;
  body: string;
  /** returns the reason why we must not connect to an IP address, or null if we may */
  checkAddress: (ipAddress: string) => string | null;
  /** whether the operator named the host, so that a proxy may look its name up for us */
  isNamedHost: boolean;
};
/**
 * The outcome of a request. `refused`: we didn't send the request, because its host leads to a forbidden address. `found` is
 * that address with the reason, for the operator's log only: whoever typed a name must not learn what it leads to here.
 * `unreachable`: the name is unknown, the connection failed, the certificate isn't trusted, or no answer came in time.
 */
export type OutgoingAnswer =
  | { outcome: "answered"; status: number; retryAfterMs: number | null }
  | { outcome: "refused"; why: string; found?: string }
  | {
      outcome: "unreachable";
      why: "name" | "connection" | "certificate" | "silence";
      /** present if calls of this address go through a proxy */
      proxy?: ProxyProblem;
    };
export type OutgoingSender = (call: OutgoingRequest) => Promise<OutgoingAnswer>;
class LookupError extends Error {}
type Lookup = (host: string) => Promise<LookupAddress[]>;

/** the time for name lookup, connection and answer together */
const outgoingTimeoutMs = 10_000;
const answerMaxBytes = 64 * 1_024;
const retryAfterMaxMs = 5 * 3_600_000;

/**
 * Makes a function that posts to an address that somebody typed. The host is looked up once, and the connection goes to one
 * of the IP addresses that this lookup found and `checkAddress` allowed. A later DNS answer therefore has no effect (DNS
 * rebinding). A proxy is asked for the checked IP address too, and for a name only if the operator named the host. Redirects
 * aren't followed. A failure at the other end is returned as an outcome and never thrown.
 */
export function createOutgoingSender(
  egress: Egress,
  lookup: Lookup = (host) => lookUp(host, { all: true }),
): OutgoingSender {
  return async (call) => {
    const url = new URL(call.address);
    if (url.protocol !== "https:") return { outcome: "refused", why: "it doesn't begin with https" };
    const signal = AbortSignal.timeout(outgoingTimeoutMs);
    try {
      const target = await findTarget(call, url, egress, lookup, signal);
      if ("why" in target) return { outcome: "refused", ...target };
      const response = await untilAborted(post(url, call, target, signal), signal);
      // the body is read so that the receiver can finish, and dropped
      await readLimited(response, answerMaxBytes, outgoingTimeoutMs);
      response.destroy();
      return {
        outcome: "answered",
        status: response.statusCode ?? 0,
        retryAfterMs: retryAfterMs(response.headers["retry-after"], retryAfterMaxMs),
      };
    } catch (error) {
      const proxy = egress.problemOf(call.address, error);
      const why = error instanceof LookupError ? "name" : signal.aborted ? "silence" : causeOf(error);
      return { outcome: "unreachable", why, ...(proxy ? { proxy } : {}) };
    }
  };
}

/** Looks the host up and checks it. Returns what the connection needs, or why we must not connect. */
async function findTarget(
  { address, checkAddress, isNamedHost }: OutgoingRequest,
  url: URL,
  egress: Egress,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<RequestOptions | { why: string; found: string }> {
  const tunnel = egress.usesProxy(address) ? egress.tunnel : null;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (tunnel && isNamedHost) return { agent: tunnel };
  const found = await untilAborted(lookup(host), signal).catch((error: unknown) => {
    throw new LookupError("the lookup failed", { cause: error });
  });
  for (const { address: ipAddress } of found) {
    const why = checkAddress(ipAddress);
    if (why)
      return {
        why: `${url.hostname} doesn't lead to an address on the internet`,
        found: `${ipAddress} ${why}`,
      };
  }
  if (!tunnel) return { agent: false, lookup: answerWith(found) };
  // the proxy gets one address; IPv4 first, because not every proxy has IPv6
  const checked = found.find(({ family }) => family === 4) ?? found[0];
  if (!checked) throw new LookupError("the lookup found no address");
  const servername = isIP(host) ? {} : { servername: host };
  return { agent: tunnel, hostname: checked.address, ...servername };
}

/** Returns a lookup that answers with addresses found earlier. */
const answerWith =
  (found: LookupAddress[]): RequestOptions["lookup"] =>
  (_host, options, done) => {
    const [first] = found;
    if (options.all) done(null, found);
    else done(null, first?.address ?? "", first?.family ?? 4);
  };

function post(
  url: URL,
  { headers, body }: OutgoingRequest,
  target: RequestOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: "POST",
        headers: { ...headers, host: url.host, "content-length": Buffer.byteLength(body) },
        rejectUnauthorized: true,
        signal,
        // a new connection: a kept one may lead to an address that wasn't checked
        ...target,
      },
      resolve,
    );
    call.on("error", reject);
    call.end(body);
  });
}

const causeOf = (error: unknown) => (isCertificateError(error) ? "certificate" : "connection");
