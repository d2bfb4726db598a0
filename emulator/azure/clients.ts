import type { Answer } from "../http.ts";
import { checkAssertion } from "./certificates.ts";
import type { Application, Redirect } from "./directory.ts";
import { entraError } from "./errors.ts";

/** A client's id, and the secret or assertion that proves the client's identity. */
export type Credentials = { clientId: string; secret: string | null; assertion: string | null };

const bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Reads a client's credentials from a request, either from its form or from its Authorization header. */
export function credentialsOf(form: URLSearchParams, authorization: string | undefined): Credentials {
  const [name, password] = authorization?.startsWith("Basic ")
    ? Buffer.from(authorization.slice(6), "base64").toString().split(":").map(decodeURIComponent)
    : [];
  return {
    clientId: form.get("client_id") ?? name ?? "",
    secret: form.get("client_secret") ?? password ?? null,
    assertion: form.get("client_assertion_type") === bearer ? form.get("client_assertion") : null,
  };
}

/** Checks the secret or the assertion of a confidential client. Returns null if it is valid, otherwise Entra ID's refusal. */
export async function checkConfidential(
  app: Application,
  { secret, assertion }: Credentials,
  tokenEndpoint: string,
): Promise<Answer | null> {
  if (assertion) return checkAssertion(app, assertion, tokenEndpoint);
  if (!secret) return entraError(7000218);
  const known = app.secrets.find(({ value }) => value === secret);
  if (!known) return entraError(7000215, { app: app.clientId });
  return known.expired ? entraError(7000222, { app: app.clientId }) : null;
}

/**
 * Checks a client's credentials. The redirect URI's platform decides which are right: `web` needs a secret or an assertion,
 * `mobile` must send neither, and `spa` is always refused, because only a browser may use it. Returns null if the client is
 * accepted, otherwise Entra ID's refusal.
 */
export async function checkClient(
  app: Application,
  platform: Redirect["platform"] | undefined,
  credentials: Credentials,
  tokenEndpoint: string,
): Promise<Answer | null> {
  if (platform === "spa") return entraError(9002327);
  if (platform === "mobile") return credentials.secret || credentials.assertion ? entraError(700025) : null;
  return checkConfidential(app, credentials, tokenEndpoint);
}
