import { randomUUID } from "node:crypto";
import type { Answer } from "../http.ts";

type EntraEntry = {
  status?: number;
  error?: string;
  /** the `error` in the redirect from the sign-in page */
  errorAtAuthorize?: string;
  suberror?: string;
  claims?: string;
  text: string;
};
const policy = {
  errorAtAuthorize: "access_denied",
  suberror: "message_only",
  claims: JSON.stringify({ access_token: { capolids: {} } }),
};

/**
 * Microsoft's error numbers with their texts (Microsoft's page "reference-error-codes"). `{app}` and `{tenant}` in a text
 * are replaced.
 */
const entra: Record<number, EntraEntry> = {
  7000215: {
    status: 401,
    error: "invalid_client",
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{app}'.",
  },
  7000222: {
    status: 401,
    error: "invalid_client",
    text: "The provided client secret keys for app '{app}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
  },
  7000218: {
    status: 401,
    error: "invalid_client",
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  700025: {
    status: 401,
    error: "invalid_client",
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700027: {
    status: 401,
    error: "invalid_client",
    text: "Client assertion contains an invalid signature. [Reason - The key was not found., Application '{app}'].",
  },
  700024: {
    status: 401,
    error: "invalid_client",
    text: "Client assertion is not within its valid time range.",
  },
  700023: {
    status: 401,
    error: "invalid_client",
    text: "Client assertion audience claim does not match Realm issuer.",
  },
  700021: {
    status: 401,
    error: "invalid_client",
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  50027: { error: "invalid_request", text: "JWT token is invalid or malformed." },
  9002327: {
    error: "invalid_request",
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  },
  700016: {
    error: "unauthorized_client",
    text: "Application with identifier '{app}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  90002: {
    error: "invalid_request",
    text: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  65004: {
    errorAtAuthorize: "access_denied",
    text: "User declined to consent to access the app.",
  },
  90094: {
    errorAtAuthorize: "consent_required",
    text: "The grant requires admin permission. Please ask an admin to grant permission to this app.",
  },
  65001: {
    errorAtAuthorize: "consent_required",
    suberror: "consent_required",
    text: "The user or administrator has not consented to use the application with ID '{app}'. Send an interactive authorization request for this user and resource.",
  },
  50057: { errorAtAuthorize: "access_denied", text: "The user account is disabled." },
  50076: {
    suberror: "basic_action",
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'.",
  },
  50079: {
    suberror: "basic_action",
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'.",
  },
  50105: {
    errorAtAuthorize: "access_denied",
    text: "The signed in user is not assigned to a role for the application '{app}'.",
  },
  50173: { text: "The provided grant has expired due to it being revoked, a fresh auth token is needed." },
  53000: { ...policy, text: "Device is not in required device state." },
  53003: {
    ...policy,
    text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
  },
  54005: {
    text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
  },
  70008: {
    text: "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
  },
  70043: {
    suberror: "token_expired",
    text: "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.",
  },
  700082: { text: "The refresh token has expired due to inactivity. It was inactive for 90.00:00:00." },
  501481: {
    text: "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  },
  500112: {
    error: "invalid_client",
    text: "The reply address does not match the reply address provided when requesting Authorization code.",
  },
  70011: {
    error: "invalid_scope",
    text: "The provided value for the input parameter 'scope' is not valid.",
  },
  70003: { error: "unsupported_grant_type", text: "The app requested an unsupported grant type." },
  50196: {
    error: "temporarily_unavailable",
    text: "The server terminated an operation because it encountered a client request loop. Please contact your app vendor.",
  },
};

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
