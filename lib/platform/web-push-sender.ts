import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type Agent, request } from "node:https";
import webpush from "web-push";
import type { Egress } from "./egress.ts";
import { untilAborted } from "./https-call.ts";
import type { ProxyProblem } from "./proxy-problem.ts";
import { isP256Point } from "./p256.ts";
import { retryAfterMs } from "./retry-after.ts";

/** A browser's push subscription (RFC 8030). `keys` encrypt a message for this browser (RFC 8291), base64url. */
type WebPushTarget = { endpoint: string; keys: { p256dh: string; auth: string } };
/** How the portal identifies itself to push services (RFC 8292). The keys are base64url. */
type Vapid = { subject: string; publicKey: string; privateKey: string };
type WebPushMessage = {
  /** the message as JSON, under 3 KB */
  payload: string;
  /** how long the push service keeps the message for a device that is offline */
  ttlSeconds: number;
  urgency: "high" | "normal";
  /** at most 32 characters of base64url; a message replaces a waiting message with the same topic at the push service */
  topic: string;
};
/**
 * The push service's answer. `gone`: the push subscription no longer exists. `refused`: the service refuses the portal's
 * key or subject, for any device. `unencryptable`: nothing was sent, because the browser's keys can't encrypt. `too_large`: the payload is too large. `rejected`: any other error after which a retry is
 * useless. `later`: a retry may succeed.
 */
export type WebPushAnswer =
  | { outcome: "accepted" }
  | { outcome: "unencryptable" }
  | { outcome: "gone" | "refused" | "too_large" | "rejected"; status: number }
  | { outcome: "later"; status: number; retryAfterMs: number | null }
  /** the push service didn't answer; `proxy` is null if it was called directly */
  | { outcome: "later"; status: null; retryAfterMs: null; proxy: ProxyProblem | null };
export type WebPushSender = (
  target: WebPushTarget,
  message: WebPushMessage,
  vapid: Vapid,
) => Promise<WebPushAnswer>;

const timeoutMs = 10_000;
const retryAfterMaxMs = 3_600_000;
/** how long a VAPID token is reused; the token is valid for 12 hours (RFC 8292), and making one is costly */
const tokenReusedForMs = 6 * 3_600_000;
const tokensMax = 100;

/**
 * Makes a sender of web push. If the push service hangs or can't be reached, the answer is `later`; no failure of a push
 * service is thrown. Connections and VAPID tokens are reused. `now` returns milliseconds since the epoch.
 */
export function createWebPushSender(egress: Egress, now: () => number = Date.now): WebPushSender {
  const tokens = new Map<string, { header: string; until: number }>();
  const authorization = (origin: string, { subject, publicKey, privateKey }: Vapid): string => {
    const key = `${origin} ${subject} ${publicKey}`;
    const known = tokens.get(key);
    if (known && known.until > now()) return known.header;
    const { Authorization: header } = webpush.getVapidHeaders(
      origin,
      subject,
      publicKey,
      privateKey,
      "aes128gcm",
    );
    if (tokens.size >= tokensMax) tokens.clear();
    tokens.set(key, { header, until: now() + tokenReusedForMs });
    return header;
  };
  return async (target, message, vapid) => {
    // a key that can't encrypt now never will, so another attempt is useless
    if (!isP256Point(target.keys.p256dh)) return { outcome: "unencryptable" };
    const { headers, body } = webpush.generateRequestDetails(target, message.payload, {
      headers: { Authorization: authorization(new URL(target.endpoint).origin, vapid) },
      TTL: message.ttlSeconds,
      urgency: message.urgency,
      topic: message.topic,
      contentEncoding: "aes128gcm",
    });
    try {
      return await post(egress.pooled, target.endpoint, headers, body);
    } catch (error) {
      // no connection, a broken one, or no answer in time
      const proxy = egress.problemOf(target.endpoint, error);
      return { outcome: "later", status: null, retryAfterMs: null, proxy };
    }
  };
}

/**
 * Posts a message and reads the answer from the response's status. If a reused connection turns out to be closed, posts the
 * message once more over a new connection.
 */
async function post(
  agent: Agent,
  endpoint: string,
  headers: webpush.Headers,
  body: Buffer,
  mayRepeat = true,
): Promise<WebPushAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const sending = request(endpoint, { method: "POST", agent, headers, signal });
  sending.end(body);
  try {
    const [response] = (await untilAborted(once(sending, "response"), signal)) as [IncomingMessage];
    // the body is read to the end and dropped, so that the connection can be reused; an error here changes nothing
    response.on("error", () => {}).resume();
    const { statusCode: status = 0 } = response;
    return status >= 200 && status < 300
      ? { outcome: "accepted" }
      : answerOf(status, response.headers["retry-after"]);
  } catch (error) {
    if (!mayRepeat || !sending.reusedSocket || signal.aborted) throw error;
    return post(agent, endpoint, headers, body, false);
  }
}

/** Converts the status of a failed request to an answer. `retryAfter` is the value of the Retry-After header. */
function answerOf(status: number, retryAfter: string | undefined): WebPushAnswer {
  if (status === 404 || status === 410) return { outcome: "gone", status };
  if (status === 401 || status === 403) return { outcome: "refused", status };
  if (status === 413) return { outcome: "too_large", status };
  if (status === 408 || status === 429 || status >= 500)
    return { outcome: "later", status, retryAfterMs: retryAfterMs(retryAfter, retryAfterMaxMs) };
  return { outcome: "rejected", status };
}

/** Makes a P-256 key pair for RFC 8292, base64url. */
export const newVapidKeys = (): { publicKey: string; privateKey: string } => webpush.generateVAPIDKeys();
