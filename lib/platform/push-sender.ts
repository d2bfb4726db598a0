import webpush, { WebPushError } from "web-push";
import { retryAfterMs } from "./retry-after.ts";

/** A browser's push subscription (RFC 8030), and the keys that a message to it is encrypted with (RFC 8291). */
export type PushTarget = { endpoint: string; keys: { p256dh: string; auth: string } };
/** What identifies us to the push service (RFC 8292). Keys are base64url. */
export type Vapid = { subject: string; publicKey: string; privateKey: string };
export type PushMessage = {
  /** JSON, under 3 KB */
  payload: string;
  /** for how long the push service keeps it for a device that is away */
  ttlSeconds: number;
  urgency: "high" | "normal";
  /** at most 32 characters of base64url; a waiting message of the same topic is replaced */
  topic: string;
};
/**
 * What the push service answered. `gone`: the subscription is no more. `refused`: it doesn't take our key or our
 * subject, for any device. `too_large`: of the payload. `later`: it may go well when it is tried again.
 */
export type PushAnswer =
  | { outcome: "accepted" }
  | { outcome: "gone" | "refused" | "too_large" | "rejected"; status: number }
  | { outcome: "later"; status: number | null; retryAfterMs: number | null };
export type PushSender = (target: PushTarget, message: PushMessage, vapid: Vapid) => Promise<PushAnswer>;

const timeoutMs = 10_000;
const retryAfterMostMs = 3_600_000;

/** Sends by web push. Never throws for what a push service does: also one that hangs or can't be reached is an answer. */
export const sendWebPush: PushSender = async (target, message, vapid) => {
  try {
    await webpush.sendNotification(target, message.payload, {
      vapidDetails: vapid,
      TTL: message.ttlSeconds,
      urgency: message.urgency,
      topic: message.topic,
      timeout: timeoutMs,
      contentEncoding: "aes128gcm",
    });
    return { outcome: "accepted" };
  } catch (error) {
    if (!(error instanceof WebPushError)) return { outcome: "later", status: null, retryAfterMs: null };
    return answerOf(error.statusCode, error.headers["retry-after"]);
  }
};

/** An answer that isn't a success, by its status; `retryAfter` is the header, in seconds or as a date. */
export function answerOf(status: number, retryAfter: string | undefined): PushAnswer {
  if (status === 404 || status === 410) return { outcome: "gone", status };
  if (status === 401 || status === 403) return { outcome: "refused", status };
  if (status === 413) return { outcome: "too_large", status };
  if (status === 408 || status === 429 || status >= 500)
    return { outcome: "later", status, retryAfterMs: retryAfterMs(retryAfter, retryAfterMostMs) };
  return { outcome: "rejected", status };
}

/** A new pair of P-256 keys for RFC 8292, base64url. */
export const newVapidKeys = (): { publicKey: string; privateKey: string } => webpush.generateVAPIDKeys();
