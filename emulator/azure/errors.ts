import { randomUUID } from "node:crypto";
import type { Answer } from "../http.ts";
import { type EntraEntry, entra } from "./entra-numbers.ts";

type About = { app?: string; tenant?: string };
type ErrorFields = { error?: string; suberror?: string; claims?: string };
const unknown: EntraEntry = { error: "invalid_request", text: "The request is malformed." };

/** Returns Entra ID's text for an error number. */
export function entraText(number: number, about: About = {}): string {
  const { text } = entra[number] ?? unknown;
  return `AADSTS${number}: ${text.replaceAll("{app}", about.app ?? "unknown").replaceAll("{tenant}", about.tenant ?? "unknown")}`;
}

/**
 * Returns Entra ID's error response for a number. The `error`, `suberror` and `claims` in `about` replace those of the
 * number.
 */
export function entraError(number: number, about: About & ErrorFields = {}): Answer {
  const known = entra[number] ?? unknown;
  const { suberror = known.suberror, claims = known.claims } = about;
  const timestamp = `${new Date().toISOString().slice(0, 19).replace("T", " ")}Z`;
  const trace = randomUUID();
  const correlation = randomUUID();
  return {
    status: known.status ?? 400,
    body: {
      error: about.error ?? known.error ?? "invalid_grant",
      error_description: `${entraText(number, about)} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
      ...(suberror ? { suberror } : {}),
      ...(claims ? { claims } : {}),
    },
  };
}

/** Returns the query of a redirect from the sign-in page that reports an error. `fields` replaces values of the number. */
export function authorizeError(
  number: number,
  app: string,
  fields: ErrorFields = {},
): Record<string, string> {
  const known = entra[number] ?? unknown;
  return {
    error: fields.error ?? known.errorAtAuthorize ?? known.error ?? "interaction_required",
    error_description: entraText(number, { app }),
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    ...(fields.suberror ? { suberror: fields.suberror } : {}),
    ...(fields.claims ? { claims: fields.claims } : {}),
  };
}

/** Returns Resource Manager's error response (CloudError). A 401 also names the authority that issues tokens. */
export function armError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  const challenge = `Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="${message.replaceAll('"', "'")}"`;
  return {
    status,
    body: { error: { code, message } },
    headers: { ...(status === 401 ? { "www-authenticate": challenge } : {}), ...headers },
  };
}
