import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import webpush from "web-push";
import { retryAfterMs } from "./retry-after.ts";

/** A browser's push subscription (RFC 8030), and the keys that a message to it is encrypted with (RFC 8291). */
type WebPushTarget = { endpoint: string; keys: { p256dh: string; auth: string } };
/** What identifies us to the push service (RFC 8292). Keys are base64url. */
type Vapid = { subject: string; publicKey: string; privateKey: string };
type WebPushMessage = {
  /** JSON, under 3 KB */
  payload: string;
  /** for how long the push service keeps it for a device that is away */
  ttlSeconds: number;
  urgency: "high" | "normal";
  /** at most 32 characters of base64url; a waiting message of the same topic is replaced */
  topic: string;
};
/**
 * What the push service answered. `gone`: the push subscription is no more. `refused`: it doesn't take our key or our
 * subject, for any device. `too_large`: of the payload. `later`: it may go well when it is tried again.
 */
export type WebPushAnswer =
  | { outcome: "accepted" }
  | { outcome: "gone" | "refused" | "too_large" | "rejected"; status: number }
  | { outcome: "later"; status: number | null; retryAfterMs: number | null };
export type WebPushSender = (
  target: WebPushTarget,
  message: WebPushMessage,
  vapid: Vapid,
) => Promise<WebPushAnswer>;

const timeoutMs = 10_000;
const retryAfterMostMs = 3_600_000;
/** of a token's 12 hours; RFC 8292 lets one be used again, and signing costs more than all else but encrypting */
const tokenUsedForMs = 6 * 3_600_000;
const tokensMost = 100;

/**
 * Sends by web push. Never throws for what a push service does: also one that hangs or can't be reached is an answer.
 * Connections are kept, and so is the token that a push service asks for; `now` in ms.
 */
export function createWebPushSender(now: () => number = Date.now): WebPushSender {
  const agent = new Agent({ keepAlive: true });
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
    if (tokens.size >= tokensMost) tokens.clear();
    tokens.set(key, { header, until: now() + tokenUsedForMs });
    return header;
  };
  return async (target, message, vapid) => {
    const { headers, body } = webpush.generateRequestDetails(target, message.payload, {
      headers: { Authorization: authorization(new URL(target.endpoint).origin, vapid) },
      TTL: message.ttlSeconds,
      urgency: message.urgency,
      topic: message.topic,
      contentEncoding: "aes128gcm",
    });
    try {
      return await post(agent, target.endpoint, headers, body);
    } catch {
      // nobody there, a broken connection, silence: there is no more to say of it than that
      return { outcome: "later", status: null, retryAfterMs: null };
    }
  };
}

/** Posts a message and gives the answer by its status alone. A kept connection that had ended meanwhile is replaced once. */
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
    const [response] = (await once(sending, "response")) as [IncomingMessage];
    // read and thrown away, so that the connection can be used again; what breaks then changes nothing
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

/** An answer that isn't a success, by its status; `retryAfter` is the header, in seconds or as a date. */
function answerOf(status: number, retryAfter: string | undefined): WebPushAnswer {
  if (status === 404 || status === 410) return { outcome: "gone", status };
  if (status === 401 || status === 403) return { outcome: "refused", status };
  if (status === 413) return { outcome: "too_large", status };
  if (status === 408 || status === 429 || status >= 500)
    return { outcome: "later", status, retryAfterMs: retryAfterMs(retryAfter, retryAfterMostMs) };
  return { outcome: "rejected", status };
}

/** A new pair of P-256 keys for RFC 8292, base64url. */
export const newVapidKeys = (): { publicKey: string; privateKey: string } => webpush.generateVAPIDKeys();
