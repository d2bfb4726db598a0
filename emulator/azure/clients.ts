import type { Answer } from "../http.ts";
import { checkAssertion } from "./certificates.ts";
import type { Application, Redirect } from "./directory.ts";
import { entraError } from "./errors.ts";

/** Who a client says it is, and what it shows for that. */
export type Credentials = { clientId: string; secret: string | null; assertion: string | null };

const bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** From the form or, for the secret too, from an Authorization header. */
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

/** A client that can keep a secret or a key: nothing, or how Entra ID refuses it. */
export async function checkConfidential(
  app: Application,
  { secret, assertion }: Credentials,
  tokenEndpoint: string,
): Promise<Answer | null> {
  if (assertion) return checkAssertion(app, assertion, tokenEndpoint);
  if (!secret) return entraError(7000218);
  const held = app.secrets.find((one) => one.value === secret);
  if (!held) return entraError(7000215, { app: app.clientId });
  return held.expired ? entraError(7000222, { app: app.clientId }) : null;
}

/** What the platform of the redirect URI asks of the client: web a secret or an assertion, mobile neither, spa a browser. */
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
