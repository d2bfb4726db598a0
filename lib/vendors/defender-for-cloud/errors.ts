import { type ProblemDetail, type ProblemEntry, problemOf, VendorError } from "../problem.ts";
import { entraProblems } from "../shared/microsoft-entra/entra-problems.ts";
import { withErrorCode } from "../shared/error-code.ts";
import { aboutRights, armTable, meaningOf, missingCodes, throttled } from "./arm-errors.ts";
import { words } from "./words.ts";

const listIncomplete = {
  code: "list_incomplete",
  concerns: "vendor",
  passes: true,
  remedy: "What it holds is shown. It is tried again by itself. Azure's status page may say more.",
} as const;

/** Problems for which Azure has no error code. */
const codeless = {
  ...entraProblems(words),
  throttled,
  untrusted_link: {
    code: "untrusted_link",
    concerns: "vendor",
    message:
      "The list of alerts went on at an address that isn't this subscription's at Azure. We did not follow it.",
    remedy:
      "Nothing of yours was sent there. Tell whoever runs PocketSOC: something between us and Azure may be wrong.",
  },
  list_incomplete: {
    ...listIncomplete,
    message: "Azure's list of alerts came with an error, so alerts may be missing from it.",
  },
  list_unfinished: {
    ...listIncomplete,
    message: "Azure's list of alerts goes on, but doesn't say where, so alerts are missing from it.",
  },
  list_loops: {
    ...listIncomplete,
    message:
      "Azure's list of alerts leads back to a page that was read already, so alerts may be missing from it.",
  },
  resources_unfinished: {
    ...listIncomplete,
    message: "Azure has more entries than it let us read, so nothing is concluded from those read.",
    remedy: "It is tried again by itself. Azure's status page may say more.",
  },
  no_list: {
    code: "not_json",
    concerns: "vendor",
    passes: true,
    message: "The answer is JSON, but holds no list of alerts. It may come from a proxy on the way to Azure.",
    remedy:
      "It is tried again by itself. If it stays, let this server reach Azure without a proxy that answers in its place.",
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
  part_not_offered: {
    code: "version_not_offered",
    concerns: "vendor",
    message: "This cloud doesn't offer this part of Azure in the version that PocketSOC asks for.",
    remedy: "Reading alerts doesn't need it.",
  },
  claims_challenge: {
    code: "claims_challenge",
    passes: true,
    message: "A policy of the directory made Azure refuse the token and ask for another one.",
    remedy:
      "PocketSOC tries again by itself. If it persists, ask whoever runs Conditional Access what the application's sign-in lacks.",
  },
  refused: {
    code: "refused",
    concerns: "alert",
    message: "Azure refused the request.",
    remedy: "Look at the alert in Azure. The request id helps Microsoft's support.",
  },
  refused_by_subscription: {
    code: "refused",
    concerns: "vendor",
    message: "Azure refused the request, for a reason that PocketSOC doesn't know.",
    remedy: "Search Microsoft's documentation for the error code. The request id helps Microsoft's support.",
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

/** Returns a problem of `codeless` whose message ends with Azure's error code, if there is one. */
export const withCode = (entry: keyof typeof codeless, vendorCode: string): ProblemEntry => ({
  ...codeless[entry],
  message: withErrorCode(codeless[entry].message, vendorCode || null),
});

/**
 * The purpose of a request. It decides which problem we report for a missing role or a 404. `read` and `write` are about one
 * alert; `other` is about neither alerts nor samples.
 */
export type RequestPurpose = "list" | "read" | "write" | "simulate" | "other";

type ArmDetail = Omit<ProblemDetail, "vendorCode"> & { purpose?: RequestPurpose };

/**
 * Builds the error for a failed response of Resource Manager from the HTTP status and the error code. `code` is "" if the
 * response doesn't have the form of Resource Manager's errors. The message ends with the code.
 */
export function armError(
  status: number,
  code: string,
  { purpose = "read", ...details }: ArmDetail = {},
): VendorError {
  const vendorCode = code.trim() || String(status);
  const entry = entryOf(status, code.trim(), purpose, Boolean(details.challenge));
  const isLasting = entry.concerns === "vendor" && !entry.passes;
  return azureError(
    {
      ...entry,
      message: withErrorCode(entry.message, vendorCode),
      // that Azure carries out no changes says nothing about reading
      ...(purpose === "write" && isLasting ? { concerns: "alert" } : {}),
    },
    { ...details, vendorCode },
  );
}

function entryOf(status: number, code: string, purpose: RequestPurpose, isChallenge: boolean): ProblemEntry {
  const right = own(aboutRights, `${status} ${code}`);
  if (right && status === 403 && purpose === "simulate") return codeless.samples_refused;
  if (right && status === 403 && purpose === "write") return codeless.role_missing_write;
  if (right) return right;
  if (status === 401 && isChallenge) return codeless.claims_challenge;
  const known = own(armTable, code) ?? meaningOf(code);
  if (known?.code === "version_not_offered" && purpose === "other") return codeless.part_not_offered;
  if (known) return known;
  if (status === 407) return codeless.proxy_sign_in;
  if (status === 408) return codeless.timeout;
  if (status === 429) return codeless.throttled;
  if (status >= 500) return code ? codeless.server_error : codeless.gateway_error;
  // Resource Manager's own errors have a code; without one, nothing is known about rights or ids
  if (!code && (status < 200 || status > 299)) return codeless.foreign_answer;
  if (status === 401) return armTable.AuthenticationFailed ?? codeless.refused;
  const isAboutAlert = purpose === "read" || purpose === "write";
  if (status === 404 && isAboutAlert && missingCodes.has(code)) return codeless.not_found;
  if (isAboutAlert) return codeless.refused;
  // an unknown error in a successful answer is Azure's own trouble rather than a lasting refusal
  return status >= 200 && status <= 299 ? codeless.server_error : codeless.refused_by_subscription;
}

/** Returns a table's entry for a key. Case makes no difference. */
function own(table: Readonly<Record<string, ProblemEntry>>, key: string): ProblemEntry | undefined {
  const found = Object.keys(table).find((each) => each.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : table[found];
}
