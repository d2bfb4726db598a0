import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { type Agent, request } from "node:https";
import { readLimited } from "./limited-body.ts";

type HttpsRequest = {
  method: string;
  headers: Record<string, string>;
  body: string | null;
  /** ends the call; the call then throws the signal's reason */
  signal: AbortSignal;
};
type HttpsAnswer = { status: number; headers: IncomingHttpHeaders; text: string };
/**
 * Makes an https call and reads the answer as UTF-8. Throws an Error if the connection fails or breaks off, if the answer is
 * a redirect, which isn't followed, or if it is longer than 4 MiB.
 */
export type HttpsCall = (address: string, options: HttpsRequest) => Promise<HttpsAnswer>;

const answerMaxBytes = 4 * 1_048_576;
const answerTimeoutMs = 60_000;

/** Makes a function that makes https calls with an agent. */
export function createHttpsCall(agent: Agent): HttpsCall {
  return async (address, options) => {
    const { signal } = options;
    const response = await untilAborted(send(agent, address, options), signal);
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      response.destroy();
      throw new Error(`a redirect (${status}), which isn't followed`);
    }
    const read = await readLimited(response, answerMaxBytes, answerTimeoutMs);
    signal.throwIfAborted();
    if (!read.ok) throw new Error(`the answer is ${read.refusal.replace("_", " ")}`);
    return { status, headers: response.headers, text: read.bytes.toString("utf8") };
  };
}

function send(agent: Agent, address: string, { method, headers, body, signal }: HttpsRequest) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const length = body === null ? {} : { "content-length": Buffer.byteLength(body) };
    const call = request(
      address,
      { method, agent, signal, headers: { accept: "*/*", ...headers, ...length } },
      resolve,
    );
    call.on("error", reject);
    call.end(body ?? undefined);
  });
}

/**
 * Waits for work until the signal aborts, and then throws the signal's reason. Node's own requests notice an abort only once
 * they have a connection, which takes long if a proxy is silent.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let end: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    end = () => reject(signal.reason as Error);
    signal.addEventListener("abort", end, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (end) signal.removeEventListener("abort", end);
  }
}
