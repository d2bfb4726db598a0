import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

const prefix = "whsec_";
/** how many characters of a secret are shown: the prefix and four more, enough to tell two secrets apart */
const hintLength = prefix.length + 4;

/** Makes a signing secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in base64. */
export const newSigningSecret = (): string => `${prefix}${randomBytes(32).toString("base64")}`;

/** The first characters of a secret, by which people recognise it. */
export const signingSecretHint = (secret: string): string => secret.slice(0, hintLength);

/**
 * Makes the headers of Standard Webhooks for a message. `body` is the message's body, `id` its id and `at` its time. The
 * message is signed with each of `secrets`, so a receiver needs only one of them.
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
