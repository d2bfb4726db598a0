import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

const prefix = "whsec_";
/** of the secret itself: enough to tell two apart, and nothing to guess the rest from */
const hintLength = prefix.length + 4;

/** A new signing secret as Standard Webhooks writes it: `whsec_` and the base64 of 32 random bytes. */
export const newSigningSecret = (): string => `${prefix}${randomBytes(32).toString("base64")}`;

/** Its first characters, by which people know it again. */
export const signingSecretHint = (secret: string): string => secret.slice(0, hintLength);

/**
 * The headers of Standard Webhooks for one attempt at `at` to post `body` as the message `id`, signed with each of `secrets`: a
 * receiver that knows one of them takes it.
 */
export function signedHeaders(
  secrets: readonly string[],
  { id, at, body }: { id: string; at: Date; body: string },
): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
  };
}
