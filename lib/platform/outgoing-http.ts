import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { readLimited } from "./limited-body.ts";
import { retryAfterMs } from "./retry-after.ts";

type OutgoingRequest = {
  /** an https address */
  address: string;
  headers: Record<string, string>;
  body: string;
  /** returns the reason why we must not connect to an IP address, or null if we may */
  checkAddress: (ipAddress: string) => string | null;
};
/**
 * The outcome of a request. `refused`: we didn't send the request, because its host leads to a forbidden address. `found` is
 * that address with the reason, for the operator's log only: whoever typed a name must not learn what it leads to here.
 * `unreachable`: the name is unknown, the connection failed, the certificate isn't trusted, or no answer came in time.
 */
export type OutgoingAnswer =
  | { outcome: "answered"; status: number; retryAfterMs: number | null }
  | { outcome: "refused"; why: string; found?: string }
  | { outcome: "unreachable"; why: "name" | "connection" | "certificate" | "silence" };
export type OutgoingSender = (call: OutgoingRequest) => Promise<OutgoingAnswer>;

/** the time for name lookup, connection and answer together */
const outgoingTimeoutMs = 10_000;
const answerMaxBytes = 64 * 1_024;
const retryAfterMaxMs = 5 * 3_600_000;

/**
 * Posts to an address that somebody typed. The host is looked up once, and the connection goes to one of the IP addresses
 * that this lookup found and `checkAddress` allowed. A later DNS answer therefore has no effect (DNS rebinding). Redirects
 * aren't followed. A failure at the other end is returned as an outcome and never thrown.
 */
export const postOutgoing: OutgoingSender = async ({ address, headers, body, checkAddress }) => {
  const url = new URL(address);
  if (url.protocol !== "https:") return { outcome: "refused", why: "it doesn't begin with https" };
  const signal = AbortSignal.timeout(outgoingTimeoutMs);
  try {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const found = await inTime(lookup(host, { all: true }), signal);
    for (const { address: ipAddress } of found) {
      const why = checkAddress(ipAddress);
      if (why)
        return {
          outcome: "refused",
          why: `${url.hostname} doesn't lead to an address on the internet`,
          found: `${ipAddress} ${why}`,
        };
    }
    const response = await post(url, found, headers, body, signal);
    // the body is read so that the receiver can finish, and dropped
    await readLimited(response, answerMaxBytes, outgoingTimeoutMs);
    response.destroy();
    return {
      outcome: "answered",
      status: response.statusCode ?? 0,
      retryAfterMs: retryAfterMs(response.headers["retry-after"], retryAfterMaxMs),
    };
  } catch (error) {
    return { outcome: "unreachable", why: signal.aborted ? "silence" : causeOf(error) };
  }
};

function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, late]);
}

function post(
  url: URL,
  found: LookupAddress[],
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: "POST",
        headers: { ...headers, "content-length": Buffer.byteLength(body) },
        // a new connection: a kept one may lead to an address that wasn't checked
        agent: false,
        rejectUnauthorized: true,
        signal,
        lookup: (_host, options, done) => {
          const [first] = found;
          if (options.all) done(null, found);
          else done(null, first?.address ?? "", first?.family ?? 4);
        },
      },
      resolve,
    );
    call.on("error", reject);
    call.end(body);
  });
}

function causeOf(error: unknown): "name" | "connection" | "certificate" {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(ENOTFOUND|EAI_)/.test(code)) return "name";
  return /CERT|^UNABLE_TO_|^DEPTH_ZERO/.test(code) ? "certificate" : "connection";
}
