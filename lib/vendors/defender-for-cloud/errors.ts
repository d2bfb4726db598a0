import { type ProblemDetail, type ProblemEntry, problemOf, VendorError } from "../problem.ts";
import { entraProblems } from "../shared/microsoft-entra/entra-problems.ts";
import { lookUp } from "#lib/domain/look-up.ts";
import { armTable } from "./arm-errors.ts";
import { words } from "./words.ts";

/** Problems for which Azure has no error code. */
const codeless = {
  ...entraProblems(words),
  throttled: {
    code: "throttled",
    concerns: "vendor",
    passes: true,
    message: "Azure asks us to slow down: too many requests for this subscription.",
    remedy: "It is tried again by itself, as soon as Azure allows.",
  },
  untrusted_link: {
    code: "untrusted_link",
    concerns: "vendor",
    message:
      "The list of alerts went on at an address that isn't this subscription's at Azure. We did not follow it.",
    remedy:
      "Nothing of yours was sent there. Tell whoever runs PocketSOC: something between us and Azure may be wrong.",
  },
  not_found: {
    code: "alert_not_found",
    concerns: "alert",
    message: "Azure does not know this alert any more. It keeps alerts for 90 days.",
    remedy: "Nothing can be changed; it stays here as it was last seen.",
  },
  role_missing_write: {
    code: "role_missing_write",
    concerns: "alert",
    refuses: true,
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
  refused: {
    code: "refused",
    concerns: "alert",
    message: "Azure refused the request.",
    remedy: "Look at the alert in Azure; the request id helps Microsoft's support.",
  },
} satisfies Record<string, ProblemEntry>;

/**
 * Builds an error from a problem and the details of one occurrence. The problem is an entry of a table, or a key of
 * `codeless`.
 */
export function azureError(
  entry: ProblemEntry | keyof typeof codeless,
  detail: ProblemDetail = {},
): VendorError {
  return new VendorError(problemOf(typeof entry === "string" ? codeless[entry] : entry, detail));
}

/** The purpose of a request. It decides which problem we report for a missing role or a 404. */
export type RequestPurpose = "list" | "read" | "write" | "simulate";

/** Builds the error for a failed response of Resource Manager, from its status and error code. */
export function armError(
  status: number,
  code: string,
  { purpose, ...details }: Omit<ProblemDetail, "vendorCode"> & { purpose?: RequestPurpose } = {},
): VendorError {
  const detail = { ...details, vendorCode: code || String(status) };
  if (status === 403 && purpose === "simulate") return azureError("samples_refused", detail);
  if (status === 403 && purpose === "write") return azureError("role_missing_write", detail);
  const entry = lookUp(armTable, code);
  if (entry) return azureError(entry, detail);
  if (status === 401) return azureError(armTable.AuthenticationFailed ?? "refused", detail);
  if (status === 429) return azureError("throttled", detail);
  if (status >= 500) return azureError("server_error", detail);
  if (status === 403) return azureError(armTable.AuthorizationFailed ?? "refused", detail);
  if (status === 404 && purpose === "list")
    return azureError(armTable.SubscriptionNotFound ?? "not_found", detail);
  if (status === 404) return azureError("not_found", detail);
  return azureError("refused", detail);
}
