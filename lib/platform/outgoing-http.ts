import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { readLimited } from "./limited-body.ts";
import { retryAfterMs } from "./retry-after.ts";

type OutgoingRequest = {
  /** https */
  address: string;
  headers: Record<string, string>;
  body: string;
  /** why no connection may be made to an IP address; null when it may */
  whyNot: (ipAddress: string) => string | null;
};
/**
 * What came of a call. `refused`: it wasn't made, for where its name leads. `unreachable`: its name isn't known, no connection
 * could be made, its certificate isn't trusted, or it said nothing in time.
 */
export type OutgoingAnswer =
  | { outcome: "answered"; status: number; retryAfterMs: number | null }
  | { outcome: "refused"; why: string }
  | { outcome: "unreachable"; why: "name" | "connection" | "certificate" | "silence" };
export type OutgoingSender = (call: OutgoingRequest) => Promise<OutgoingAnswer>;

/** for the whole: name, connection, answer */
const outgoingTimeoutMs = 10_000;
const answerMaxBytes = 64 * 1_024;
const retryAfterMostMs = 5 * 3_600_000;

/**
 * Posts to an address that somebody typed. Its name is looked up once, every address that it leads to is asked about,
 * and the connection is made to one of those: a name that answers otherwise a moment later leads nowhere else.
 * Redirects aren't followed. Never throws for what is at the other end.
 */
export const postOutgoing: OutgoingSender = async ({ address, headers, body, whyNot }) => {
  const url = new URL(address);
  if (url.protocol !== "https:") return { outcome: "refused", why: "it doesn't begin with https" };
  const signal = AbortSignal.timeout(outgoingTimeoutMs);
  try {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const found = await inTime(lookup(host, { all: true }), signal);
    for (const one of found) {
      const why = whyNot(one.address);
      if (why) return { outcome: "refused", why: `${url.hostname} leads to ${one.address}, which ${why}` };
    }
    const response = await post(url, found, headers, body, signal);
    // what it says beside its status is read so that it can say it, and forgotten
    await readLimited(response, answerMaxBytes, outgoingTimeoutMs);
    response.destroy();
    return {
      outcome: "answered",
      status: response.statusCode ?? 0,
      retryAfterMs: retryAfterMs(response.headers["retry-after"], retryAfterMostMs),
    };
  } catch (error) {
    return { outcome: "unreachable", why: signal.aborted ? "silence" : whyOf(error) };
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
        // a connection of its own: none that was made to what the name led to before
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

function whyOf(error: unknown): "name" | "connection" | "certificate" {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(ENOTFOUND|EAI_)/.test(code)) return "name";
  return /CERT|^UNABLE_TO_|^DEPTH_ZERO/.test(code) ? "certificate" : "connection";
}
