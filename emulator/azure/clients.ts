import type { Answer } from "../http.ts";
import type { Application, Redirect } from "./directory.ts";
import { entraError } from "./errors.ts";

/** Who a client says it is, and what it shows for that. */
export type Credentials = { clientId: string; secret: string | null };

/** From the form or, for the secret too, from an Authorization header. */
export function credentialsOf(form: URLSearchParams, authorization: string | undefined): Credentials {
  const [name, password] = authorization?.startsWith("Basic ")
    ? Buffer.from(authorization.slice(6), "base64").toString().split(":").map(decodeURIComponent)
    : [];
  return {
    clientId: form.get("client_id") ?? name ?? "",
    secret: form.get("client_secret") ?? password ?? null,
  };
}

/** A client that keeps secrets: nothing, or how Entra ID refuses it. */
export function checkConfidential(app: Application, { secret }: Credentials): Answer | null {
  if (!secret) return entraError(7000218);
  const held = app.secrets.find((one) => one.value === secret);
  if (!held) return entraError(7000215, { app: app.clientId });
  return held.expired ? entraError(7000222, { app: app.clientId }) : null;
}

/** What the platform of the redirect URI asks of the client: web a secret, mobile none, spa a browser. */
export function checkClient(
  app: Application,
  platform: Redirect["platform"] | undefined,
  credentials: Credentials,
): Answer | null {
  if (platform === "spa") return entraError(9002327);
  if (platform === "mobile") return credentials.secret ? entraError(700025) : null;
  return checkConfidential(app, credentials);
}
