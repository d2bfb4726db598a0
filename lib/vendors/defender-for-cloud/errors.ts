import { type ProblemEntry as Entry, type VendorProblem, VendorError } from "../contract.ts";
import { armTable } from "./arm-errors.ts";
import { entraTable } from "./entra-errors.ts";

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
  samples_refused: {
    code: "samples_refused",
    maybeDelay: true,
    message:
      "Azure refused to create sample alerts: that takes Contributor on the subscription, which reading alerts doesn't.",
    remedy:
      "Create them in the Azure portal instead: Defender for Cloud > Security alerts > Sample alerts. The test waits for them.",
  },
  wrong_cloud: {
    code: "wrong_cloud",
    field: "cloud",
    message: "This directory belongs to another of Microsoft's clouds than the one chosen.",
    remedy: "Choose the cloud that the directory is in, such as Azure US Government.",
  },
  sign_in_needed: {
    code: "sign_in_needed",
    message: "Microsoft wants you to sign in again.",
    remedy: "Sign in again with that account.",
  },
  sign_in_cancelled: {
    code: "sign_in_cancelled",
    message: "The sign-in at Microsoft was cancelled, or consent was not given.",
    remedy:
      "Begin again when you are ready. Where consent is missing, an administrator of the directory can give it.",
  },
  other_tenant: {
    code: "other_tenant",
    field: "tenantId",
    message: "You signed in with an account of another directory than this configuration's.",
    remedy: "Sign in again and choose an account of the directory with this Tenant ID.",
  },
  answer_foreign: {
    code: "answer_foreign",
    message: "The answer from Microsoft doesn't belong to the sign-in that was begun here.",
    remedy: "Begin the sign-in again from PocketSOC.",
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
  more: Partial<Pick<VendorProblem, "vendorCode" | "retryAfterMs" | "requestId" | "claims">> = {},
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
    gone: false,
    claims: null,
    ...found,
    ...more,
  });
}

/** Entra ID's answer by its number; what we don't know is refused with the number kept. */
export function entraError(
  numbers: readonly number[],
  httpStatus: number,
  requestId: string | null,
  rest: { retryAfterMs?: number | null; claims?: string | null } = {},
): VendorError {
  const more = { requestId, retryAfterMs: rest.retryAfterMs ?? null, claims: rest.claims ?? null };
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

/** What a request to ARM was for: a missing role, and something not found, mean another thing for each. */
export type Asked = "list" | "read" | "write" | "simulate";

/** ARM's answer by its status and code. */
export function armError(
  status: number,
  code: string,
  more: {
    retryAfterMs?: number | null;
    requestId?: string | null;
    claims?: string | null;
    asked?: Asked;
  } = {},
): VendorError {
  const detail = {
    vendorCode: code || String(status),
    requestId: more.requestId ?? null,
    retryAfterMs: more.retryAfterMs ?? null,
    claims: more.claims ?? null,
  };
  if (status === 403 && more.asked === "simulate") return problemOf("samples_refused", detail);
  if (status === 403 && more.asked === "write") return problemOf("role_missing_write", detail);
  const entry = Object.hasOwn(armTable, code) ? armTable[code] : undefined;
  if (entry) return problemOf(entry, detail);
  if (status === 401) return problemOf(armTable.AuthenticationFailed ?? "refused", detail);
  if (status === 429) return problemOf("throttled", detail);
  if (status >= 500) return problemOf("server_error", detail);
  if (status === 403) return problemOf(armTable.AuthorizationFailed ?? "refused", detail);
  if (status === 404 && more.asked === "list")
    return problemOf(armTable.SubscriptionNotFound ?? "not_found", detail);
  if (status === 404) return problemOf("not_found", detail);
  return problemOf("refused", detail);
}
