import { type ProblemDetail, type ProblemEntry, problemOf, VendorError } from "../problem.ts";
import { entraProblems } from "../shared/microsoft-entra/entra-problems.ts";
import { armTable } from "./arm-errors.ts";
import { words } from "./words.ts";

/** Failures that carry no code of Azure's. */
const plain = {
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

/** A failure from one of the tables, with what the vendor said beside it. */
export function azureError(
  entry: ProblemEntry | keyof typeof plain,
  detail: ProblemDetail = {},
): VendorError {
  return new VendorError(problemOf(typeof entry === "string" ? plain[entry] : entry, detail));
}

/** What a request to ARM was for: a missing role, and something not found, mean another thing for each. */
export type Asked = "list" | "read" | "write" | "simulate";

/** ARM's answer by its status and code. */
export function armError(
  status: number,
  code: string,
  { asked, ...more }: Omit<ProblemDetail, "vendorCode"> & { asked?: Asked } = {},
): VendorError {
  const detail = { ...more, vendorCode: code || String(status) };
  if (status === 403 && asked === "simulate") return azureError("samples_refused", detail);
  if (status === 403 && asked === "write") return azureError("role_missing_write", detail);
  const entry = Object.hasOwn(armTable, code) ? armTable[code] : undefined;
  if (entry) return azureError(entry, detail);
  if (status === 401) return azureError(armTable.AuthenticationFailed ?? "refused", detail);
  if (status === 429) return azureError("throttled", detail);
  if (status >= 500) return azureError("server_error", detail);
  if (status === 403) return azureError(armTable.AuthorizationFailed ?? "refused", detail);
  if (status === 404 && asked === "list")
    return azureError(armTable.SubscriptionNotFound ?? "not_found", detail);
  if (status === 404) return azureError("not_found", detail);
  return azureError("refused", detail);
}
