import type { ProblemEntry as Entry } from "../problem.ts";

/** The problem for each error code of Resource Manager. */
export const armTable: Readonly<Record<string, Entry>> = {
  AuthorizationFailed: {
    code: "role_missing",
    field: "subscriptionIds",
    maybeDelay: true,
    refuses: true,
    message: "The application may not read this subscription's alerts: it has no fitting role there.",
    remedy: "Assign Security Reader or Security Admin to the application on this subscription.",
  },
  SubscriptionNotFound: {
    code: "subscription_not_found",
    field: "subscriptionIds",
    maybeDelay: true,
    refuses: true,
    message: "Azure knows no subscription with this Subscription ID, or the application can't see it.",
    remedy:
      "Copy the Subscription ID from the subscription's Overview page, and check that the application has a role there.",
  },
  InvalidSubscriptionId: {
    code: "subscription_not_found",
    field: "subscriptionIds",
    message: "The Subscription ID isn't one that Azure can read.",
    remedy: "Copy the Subscription ID from the subscription's Overview page.",
  },
  "Subscription Not Registered": {
    code: "not_registered",
    field: "subscriptionIds",
    refuses: true,
    message: "Defender for Cloud has never been switched on in this subscription.",
    remedy:
      "Open Defender for Cloud in the Azure portal once with this subscription selected, or run: az provider register --namespace Microsoft.Security",
  },
  InvalidAuthenticationTokenTenant: {
    code: "wrong_tenant",
    field: "tenantId",
    message: "The subscription belongs to another directory than this Tenant ID.",
    remedy: "Use the tenant shown on the subscription's Overview page.",
  },
  InvalidAuthenticationToken: {
    code: "token_refused",
    message: "Azure refused the token that Entra ID had just given.",
    remedy:
      "It is tried again by itself. If it stays, check AZURE_AUTHORITY_HOST and AZURE_RESOURCE_MANAGER_ENDPOINT.",
    passes: true,
  },
  ExpiredAuthenticationToken: {
    code: "token_refused",
    message: "Azure says that the token is too old.",
    remedy: "It is tried again by itself. If it stays, check this server's clock.",
    passes: true,
  },
  AuthenticationFailed: {
    code: "token_refused",
    message: "Azure did not accept the sign-in.",
    remedy: "It is tried again by itself.",
    passes: true,
  },
};
