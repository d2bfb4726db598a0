import { type ProblemEntry as Entry, type VendorProblem, VendorError } from "../contract.ts";
import { entraTable } from "./entra-errors.ts";

/** What each ARM error code means and what to do. */
export const armTable: Readonly<Record<string, Entry>> = {
  AuthorizationFailed: {
    code: "role_missing",
    field: "subscriptionIds",
    maybeDelay: true,
    message: "The application may not read this subscription's alerts: it has no fitting role there.",
    remedy: "Assign Security Reader or Security Admin to the application on this subscription.",
  },
  SubscriptionNotFound: {
    code: "subscription_not_found",
    field: "subscriptionIds",
    maybeDelay: true,
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
    transient: true,
  },
  ExpiredAuthenticationToken: {
    code: "token_refused",
    message: "Azure says that the token is too old.",
    remedy: "It is tried again by itself. If it stays, check this server's clock.",
    transient: true,
  },
  AuthenticationFailed: {
    code: "token_refused",
    message: "Azure did not accept the sign-in.",
    remedy: "It is tried again by itself.",
    transient: true,
  },
};

/** Failures that carry no code of Azure's. */
const plain: Record<string, Entry> = {
  throttled: {
    code: "throttled",
    transient: true,
    message: "Azure asks us to slow down: too many requests for this subscription.",
    remedy: "It is tried again by itself, as soon as Azure allows.",
  },
  server_error: {
    code: "server_error",
    transient: true,
    message: "Azure has trouble of its own and could not answer.",
    remedy: "It is tried again by itself. Azure's status page may say more.",
  },
  timeout: {
    code: "timeout",
    transient: true,
    message: "Azure did not answer in time.",
    remedy: "It is tried again by itself. If it stays, check this server's way to the internet.",
  },
  network: {
    code: "network",
    transient: true,
    message: "Azure could not be reached from this server.",
    remedy: "It is tried again by itself. If it stays, check DNS, the proxy and the firewall.",
  },
  not_json: {
    code: "not_json",
    transient: true,
    message:
      "The answer did not come from Azure's API: it isn't JSON. A proxy or sign-in page may stand in between.",
    remedy: "Let this server reach Azure without a proxy that changes answers.",
  },
  untrusted_link: {
    code: "untrusted_link",
    message:
      "The list of alerts went on at an address that isn't this subscription's at Azure. We did not follow it.",
    remedy:
      "Nothing of yours was sent there. Tell whoever runs PocketSOC: something between us and Azure may be wrong.",
  },
  too_large: {
    code: "too_large",
    message: "The answer was larger than any list of alerts should be.",
    remedy: "Tell whoever runs PocketSOC.",
  },
  not_found: {
    code: "alert_not_found",
    message: "Azure does not know this alert any more. It keeps alerts for 90 days.",
    remedy: "Nothing can be changed; it stays here as it was last seen.",
  },
  role_missing_write: {
    code: "role_missing_write",
    maybeDelay: true,
    message: "Azure refused the change: the application may read alerts but not change them.",
    remedy: "Assign Security Admin to the application on this subscription.",
  },
  refused: {
    code: "refused",
    message: "Azure refused the request.",
    remedy: "Look at the alert in Azure; the request id helps Microsoft's support.",
  },
};

/** A problem from one of the tables, with what the vendor said beside it. */
export function problemOf(
  entry: Entry | keyof typeof plain,
  more: Partial<Pick<VendorProblem, "vendorCode" | "retryAfterMs" | "requestId">> = {},
): VendorError {
  const found = typeof entry === "string" ? plain[entry] : entry;
  if (!found) throw new Error(`no such problem: ${String(entry)}`);
  return new VendorError({
    field: null,
    maybeDelay: false,
    transient: false,
    vendorCode: null,
    retryAfterMs: null,
    requestId: null,
    ...found,
    ...more,
  });
}

/** Entra ID's answer by its number; what we don't know is refused with the number kept. */
export function entraError(
  numbers: readonly number[],
  httpStatus: number,
  requestId: string | null,
  retryAfterMs: number | null = null,
): VendorError {
  const more = { requestId, retryAfterMs };
  const known = numbers.find((number) => entraTable[number]);
  const vendorCode = numbers[0] ? `AADSTS${known ?? numbers[0]}` : null;
  const entry = known === undefined ? undefined : entraTable[known];
  if (entry) return problemOf(entry, { vendorCode, ...more });
  if (httpStatus === 429) return problemOf("throttled", { vendorCode, ...more });
  if (httpStatus >= 500) return problemOf("server_error", { vendorCode, ...more });
  return problemOf(
    {
      code: "sign_in_refused",
      message: "Entra ID refused the application's sign-in.",
      remedy: "Check Tenant ID, Application ID and Client Secret.",
    },
    { vendorCode, ...more },
  );
}

/** ARM's answer by its status and code. `write` tells a missing role for reading from one for changing. */
export function armError(
  status: number,
  code: string,
  more: { retryAfterMs?: number | null; requestId?: string | null; write?: boolean } = {},
): VendorError {
  const detail = {
    vendorCode: code || String(status),
    requestId: more.requestId ?? null,
    retryAfterMs: more.retryAfterMs ?? null,
  };
  if (status === 403 && more.write) return problemOf("role_missing_write", detail);
  const entry = Object.hasOwn(armTable, code) ? armTable[code] : undefined;
  if (entry) return problemOf(entry, detail);
  if (status === 401) return problemOf(armTable.AuthenticationFailed ?? "refused", detail);
  if (status === 429) return problemOf("throttled", detail);
  if (status >= 500) return problemOf("server_error", detail);
  if (status === 403) return problemOf(armTable.AuthorizationFailed ?? "refused", detail);
  if (status === 404) return problemOf("not_found", detail);
  return problemOf("refused", detail);
}
