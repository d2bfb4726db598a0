import { answerProblems } from "#lib/vendors/shared/answer-problems.ts";
import { type ProblemDetail, type ProblemEntry, problemOf, VendorError } from "#lib/vendors/problem.ts";
import { words } from "./manifest.ts";

const entries = {
  ...answerProblems(words),
  key_refused: {
    code: "key_refused",
    field: "apiKey",
    refuses: true,
    message: "The ledger doesn't know this key, or it was taken back.",
    remedy: "Make another key at the ledger desk, and enter it here.",
  },
  read_only: {
    code: "read_only",
    concerns: "alert",
    refuses: true,
    message: "The ledger refused the change: this key may read slips but not write on them.",
    remedy: "Make a key that may write at the ledger desk.",
  },
  drawer_unknown: {
    code: "drawer_unknown",
    field: "drawer",
    message: "The ledger has no drawer of this name.",
    remedy: "Enter the name as it stands on the drawer's front.",
  },
  slip_gone: {
    code: "slip_gone",
    concerns: "alert",
    message: "The ledger has this slip no more.",
    remedy: "Nothing can be changed; it stays here as it was last seen.",
  },
  refused: {
    code: "refused",
    concerns: "alert",
    message: "The ledger refused the request.",
    remedy: "Look at the slip at the ledger desk.",
  },
} satisfies Record<string, ProblemEntry>;

type Name = keyof typeof entries;

export const paperError = (name: Name, detail: ProblemDetail = {}) =>
  new VendorError(problemOf(entries[name], detail));

/** Builds the error for a failed answer from its status. `about` says whether the request was about a slip or a drawer. */
export function answerError(status: number, about: "slip" | "drawer", detail: ProblemDetail): VendorError {
  const byStatus: Partial<Record<number, Name>> = {
    401: "key_refused",
    403: "read_only",
    404: about === "slip" ? "slip_gone" : "drawer_unknown",
    429: "throttled",
  };
  const name = byStatus[status] ?? (status >= 500 ? "server_error" : "refused");
  return paperError(name, { vendorCode: String(status), ...detail });
}
