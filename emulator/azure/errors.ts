import { randomUUID } from "node:crypto";
import type { Answer } from "../http.ts";

const entra: Record<number, { status: number; error: string; text: string }> = {
  7000215: {
    status: 401,
    error: "invalid_client",
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
  },
  7000222: {
    status: 401,
    error: "invalid_client",
    text: "The provided client secret keys for app are expired.",
  },
  7000218: {
    status: 401,
    error: "invalid_client",
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  700016: { status: 400, error: "unauthorized_client", text: "Application was not found in the directory." },
  90002: { status: 400, error: "invalid_request", text: "Tenant not found." },
  65001: {
    status: 400,
    error: "invalid_grant",
    text: "The user or administrator has not consented to use the application.",
  },
  53003: {
    status: 400,
    error: "invalid_grant",
    text: "Access has been blocked by Conditional Access policies.",
  },
  54005: { status: 400, error: "invalid_grant", text: "OAuth2 Authorization code was already redeemed." },
  70008: {
    status: 400,
    error: "invalid_grant",
    text: "The provided authorization code or refresh token has expired due to inactivity.",
  },
  501481: {
    status: 400,
    error: "invalid_grant",
    text: "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  },
  500112: {
    status: 400,
    error: "invalid_client",
    text: "The reply address does not match the reply address provided when requesting Authorization code.",
  },
  70011: {
    status: 400,
    error: "invalid_scope",
    text: "The provided value for the input parameter 'scope' is not valid.",
  },
  70003: {
    status: 400,
    error: "unsupported_grant_type",
    text: "The app requested an unsupported grant type.",
  },
  50196: {
    status: 400,
    error: "temporarily_unavailable",
    text: "The server terminated an operation because it encountered a client request loop.",
  },
};

/** Entra ID's error body for a number. */
export function entraError(number: number, error?: string): Answer {
  const known = entra[number] ?? { status: 400, error: "invalid_request", text: "The request is malformed." };
  const timestamp = `${new Date().toISOString().slice(0, 19).replace("T", " ")}Z`;
  const trace = randomUUID();
  const correlation = randomUUID();
  return {
    status: known.status,
    body: {
      error: error ?? known.error,
      error_description: `AADSTS${number}: ${known.text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    },
  };
}

/** ARM's CloudError. */
export function armError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  return { status, body: { error: { code, message } }, headers };
}
