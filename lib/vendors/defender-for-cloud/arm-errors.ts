import type { ProblemEntry as Entry } from "../problem.ts";

const roleMissing: Entry = {
  code: "role_missing",
  field: "subscriptionIds",
  maybeDelay: true,
  refuses: true,
  message: "The application may not read this subscription's alerts: it has no fitting role there.",
  remedy: "Assign Security Reader or Security Admin to the application on this subscription.",
};

/**
 * The answers that speak of the caller's own rights, keyed by HTTP status and error code. Only these answers of Resource
 * Manager are refusals (`refuses`). After any other answer, everything stored about rights stays as it is.
 */
export const aboutRights: Readonly<Record<string, Entry>> = {
  "403 AuthorizationFailed": roleMissing,
  "403 LinkedAuthorizationFailed": roleMissing,
  "403 DenyAssignmentAuthorizationFailed": {
    ...roleMissing,
    code: "deny_assignment",
    message: "A deny assignment keeps the application from this subscription's alerts.",
    remedy: "Ask an owner of the subscription to look at Access control (IAM) > Deny assignments.",
  },
  "404 SubscriptionNotFound": {
    code: "subscription_not_found",
    field: "subscriptionIds",
    maybeDelay: true,
    refuses: true,
    message: "Azure knows no subscription with this Subscription ID, or the application can't see it.",
    remedy:
      "Copy the Subscription ID from the subscription's Overview page, and check that the application has a role there.",
  },
};

const notRegistered: Entry = {
  code: "not_registered",
  field: "subscriptionIds",
  concerns: "vendor",
  maybeDelay: true,
  message:
    "Defender for Cloud has never been switched on in this subscription: Microsoft.Security isn't registered there.",
  remedy:
    "Open Defender for Cloud in the Azure portal once with this subscription selected, or run: az provider register --namespace Microsoft.Security",
};

const versionNotOffered: Entry = {
  code: "version_not_offered",
  concerns: "vendor",
  message: "This cloud doesn't offer alerts in the version that PocketSOC asks for, 2022-01-01.",
  remedy:
    "Check the cloud that the configuration names. If it is right, wait until Microsoft offers this version there; PocketSOC goes on asking.",
};
/** The codes that say that a cloud lacks an API or a version of it. */
const versionCodes = [
  "NoRegisteredProviderFound",
  "InvalidResourceType",
  "InvalidResourceNamespace",
  "InvalidApiVersionParameter",
  "UnsupportedApiVersion",
];

const disabled: Entry = {
  code: "subscription_disabled",
  field: "subscriptionIds",
  concerns: "vendor",
  message: "This subscription is disabled in Azure, so Azure doesn't carry out the request.",
  remedy:
    "Ask an owner or the billing administrator to enable the subscription in the Azure portal. PocketSOC goes on by itself.",
};

const inactive: Entry = {
  ...disabled,
  message:
    "Azure says that this subscription isn't active: it may be suspended, past due or marked for deletion. Azure doesn't carry out the request.",
};

const policyRefused: Entry = {
  code: "policy_refused",
  concerns: "alert",
  message: "A policy in Azure refused the request. It isn't about roles.",
  remedy:
    "Ask whoever runs Azure Policy to exempt the application. An application can't give the second factor that some policies ask for.",
};

const slow: Entry = {
  code: "timeout",
  concerns: "vendor",
  passes: true,
  message: "Azure says that it took too long to answer.",
  remedy: "It is tried again by itself. Azure's status page may say more.",
};

const locked: Entry = {
  code: "scope_locked",
  concerns: "alert",
  message: "A lock on the subscription or the resource group forbids changes in Azure.",
  remedy: "Ask an owner to look at Locks in the Azure portal, then change the alert again.",
};

export const throttled: Entry = {
  code: "throttled",
  concerns: "vendor",
  passes: true,
  message: "Azure asks us to slow down: too many requests for this subscription.",
  remedy: "PocketSOC tries again by itself, as soon as Azure allows.",
};
/** The codes that ask callers to slow down. They also come with other statuses than 429. */
const throttlingCodes = [
  "TooManyRequests",
  "SubscriptionRequestsThrottled",
  "ResourceRequestsThrottled",
  "TenantRequestsThrottled",
  "ResourceProviderRequestsThrottled",
];

const busy: Entry = {
  code: "server_error",
  concerns: "vendor",
  passes: true,
  message: "Azure has trouble of its own and could not answer.",
  remedy: "PocketSOC tries again by itself. Azure's status page may say more.",
};
/** The codes of trouble that passes. They also come with other statuses than 5xx. */
const busyCodes = [
  "InternalServerError",
  "ServerTimeout",
  "GatewayTimeout",
  "BadGatewayConnection",
  "ServiceUnavailable",
  "ServerBusy",
];

const tokenRefused: Entry = {
  code: "token_refused",
  message: "Azure did not accept the sign-in.",
  remedy: "PocketSOC tries again by itself.",
  passes: true,
};

/** The problem for each error code of Resource Manager that doesn't speak of the caller's rights. */
export const armTable: Readonly<Record<string, Entry>> = {
  "Subscription Not Registered": notRegistered,
  SubscriptionNotRegistered: notRegistered,
  MissingSubscriptionRegistration: notRegistered,
  DisallowedProvider: {
    code: "provider_not_allowed",
    field: "subscriptionIds",
    concerns: "vendor",
    message:
      "This kind of subscription can't have Defender for Cloud: its offer excludes Microsoft.Security.",
    remedy: "Choose a subscription of another offer. Student and some sponsored offers exclude it.",
  },
  ...Object.fromEntries(versionCodes.map((code) => [code, versionNotOffered])),
  ...Object.fromEntries(throttlingCodes.map((code) => [code, throttled])),
  ...Object.fromEntries(busyCodes.map((code) => [code, busy])),
  InvalidSubscriptionRegistrationState: notRegistered,
  InvalidSubscriptionId: {
    code: "subscription_not_found",
    field: "subscriptionIds",
    message: "The Subscription ID isn't one that Azure can read.",
    remedy: "Copy the Subscription ID from the subscription's Overview page.",
  },
  DisabledSubscription: disabled,
  SubscriptionDisabled: disabled,
  ReadOnlyDisabledSubscription: {
    ...disabled,
    message: "This subscription is disabled in Azure, so it can only be read and Azure accepts no changes.",
  },
  ScopeLocked: locked,
  RequestDisallowedByPolicy: policyRefused,
  InvalidAuthenticationTokenTenant: {
    code: "wrong_tenant",
    field: "tenantId",
    message: "The subscription belongs to another directory than this Tenant ID.",
    remedy: "Use the tenant shown on the subscription's Overview page.",
  },
  InvalidAuthenticationToken: {
    ...tokenRefused,
    message: "Azure refused the token that Entra ID had just given.",
    remedy:
      "PocketSOC tries again by itself. If it persists, check AZURE_AUTHORITY_HOST and AZURE_RESOURCE_MANAGER_ENDPOINT.",
  },
  ExpiredAuthenticationToken: {
    ...tokenRefused,
    message: "Azure says that the token is too old.",
    remedy: "PocketSOC tries again by itself. If it persists, check this server's clock.",
  },
  AuthenticationFailed: tokenRefused,
  AuthenticationFailedMissingToken: tokenRefused,
  AuthenticationFailedInvalidHeader: tokenRefused,
};

/**
 * What codes mean that aren't listed: resource providers spell the same meaning in their own words. No meaning about rights is
 * taken from a word.
 */
const meanings: readonly [code: RegExp, entry: Entry][] = [
  [/throttl|too_?many_?requests|rate_?limit/i, throttled],
  [/(?:time_?|timed_?)out$/i, slow],
  [/api_?version/i, versionNotOffered],
  [/^(?:resource|scope)?_?locked$/i, locked],
  [/disallowedby/i, policyRefused],
  [/^subscription\w{0,30}(?:suspended|warned|expired|pastdue|graceperiod|deleted|deletion)$/i, inactive],
  [/^(?:InvalidSubscriptionState|SpendingLimitReached)$/i, inactive],
];

/** Returns the problem that an unlisted error code means, or null if its meaning isn't known. */
export const meaningOf = (code: string): Entry | null =>
  meanings.find(([pattern]) => pattern.test(code.slice(0, 80)))?.[1] ?? null;

/** The error codes with which Resource Manager says that one resource, such as an alert, doesn't exist. */
export const missingCodes: ReadonlySet<string> = new Set([
  "ResourceNotFound",
  "NotFound",
  "AlertNotFound",
  "EntityNotFound",
]);
