/** An error of Entra ID, as its token endpoint and its sign-in page report it. */
export type EntraEntry = {
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
export const entra: Record<number, EntraEntry> = {
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
  7000229: {
    status: 401,
    error: "invalid_client",
    text: "The client application {app} is missing service principal in the tenant {tenant}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119",
  },
  7000112: { error: "unauthorized_client", text: "Application '{app}' is disabled." },
  500011: {
    error: "invalid_resource",
    text: "The resource principal was not found in the tenant named {tenant}.",
  },
  500014: { error: "invalid_resource", text: "The service principal for resource is disabled." },
  5000224: {
    error: "invalid_resource",
    text: "We are sorry, this resource is not available. If you are seeing this message by mistake, please contact Microsoft support.",
  },
  650052: {
    error: "invalid_client",
    text: "The app is trying to access a service that your organization '{tenant}' lacks a service principal for.",
  },
  50020: {
    errorAtAuthorize: "access_denied",
    text: "User account from identity provider does not exist in tenant and cannot access the application.",
  },
  90072: {
    errorAtAuthorize: "access_denied",
    text: "User account from external identity provider does not exist in tenant and cannot access the application. The account needs to be added as an external user in the tenant first.",
  },
  50034: { text: "The user account does not exist in the directory." },
  50126: { text: "Error validating credentials due to invalid username or password." },
  50132: { text: "The session is not valid due to password expiration or recent password change." },
  50072: { suberror: "basic_action", text: "The user needs to enroll in multi-factor authentication." },
  50074: { suberror: "basic_action", text: "Strong Authentication is required." },
  50078: {
    suberror: "basic_action",
    text: "Presented multi-factor authentication has expired due to policies configured by your administrator.",
  },
  50097: { suberror: "basic_action", text: "Device authentication is required." },
  50158: { suberror: "basic_action", text: "External security challenge not satisfied." },
  53001: { ...policy, text: "Device is not domain joined." },
  53002: { ...policy, text: "The app used is not an approved app for Conditional Access." },
  53010: {
    ...policy,
    text: "The user must register multi-factor authentication from a trusted location or device.",
  },
  53011: { ...policy, text: "User blocked due to risk on home tenant." },
  530032: { ...policy, text: "User blocked due to a security policy of the directory." },
  530035: { ...policy, text: "Access has been blocked by security defaults." },
  700084: {
    text: "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended.",
  },
  90033: {
    status: 503,
    error: "temporarily_unavailable",
    text: "A transient error has occurred. Please try again.",
  },
};
