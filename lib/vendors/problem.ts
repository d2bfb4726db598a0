import type { Json } from "#lib/domain/detection.ts";

/**
 * A failure a person can act on. The vendor's folder judges what it means: all else goes by these flags, never by a code.
 * `code` is stable and ours; `vendorCode` is what the vendor said.
 */
export type VendorProblem = {
  code: string;
  vendorCode: string | null;
  /** which field of the form it points at, if any */
  field: string | null;
  /** what happened and what it means */
  message: string;
  remedy: string;
  /**
   * Whose trouble it is: the vendor's (whoever asks meets it too), that of the application's credential or of the person's
   * account that asked, or one alert's alone, which says nothing of what else may be read.
   */
  concerns: "vendor" | "credential" | "person" | "alert";
  /** worth trying again by itself (throttled, 5xx, time-out) */
  passes: boolean;
  /** the vendor said no to this account, as opposed to: it can't be asked now */
  refuses: boolean;
  /** only the person can mend it, by signing in again: they are asked for nothing until then */
  needsSignIn: boolean;
  /** it may be the vendor's own delay: offer "Keep trying" */
  maybeDelay: boolean;
  retryAfterMs: number | null;
  /** the vendor's name for the request, for its support */
  requestId: string | null;
  /** what is to be proved at the next sign-in, as the vendor said it */
  challenge: string | null;
};

type Flag = "field" | "concerns" | "passes" | "refuses" | "needsSignIn" | "maybeDelay";

/** What a vendor's folder says of one failure, whenever it happens; it concerns the credential unless it says so. */
export type ProblemEntry = Pick<VendorProblem, "code" | "message" | "remedy"> &
  Partial<Pick<VendorProblem, Flag>>;

/** What is known of one failure beside its entry. */
export type ProblemDetail = Partial<
  Pick<VendorProblem, "vendorCode" | "retryAfterMs" | "requestId" | "challenge">
>;

/** A whole problem out of an entry, and what the vendor said beside it. */
export function problemOf(entry: ProblemEntry, detail: ProblemDetail = {}): VendorProblem {
  return {
    vendorCode: null,
    field: null,
    concerns: "credential",
    passes: false,
    refuses: false,
    needsSignIn: false,
    maybeDelay: false,
    retryAfterMs: null,
    requestId: null,
    challenge: null,
    ...entry,
    ...detail,
  };
}

/** Thrown by every vendor call; its message is for logs and holds no secret. */
export class VendorError extends Error {
  readonly problem: VendorProblem;
  constructor(problem: VendorProblem) {
    super(`${problem.code}${problem.vendorCode ? ` (${problem.vendorCode})` : ""}`);
    this.name = "VendorError";
    this.problem = problem;
  }
}

/** One finished step of verification. */
export type VerifyStep = {
  id: string;
  label: string;
  /** `warning` never blocks */
  outcome: "passed" | "warning" | "failed" | "skipped";
  detail: string;
  remedy: string | null;
  problem: VendorProblem | null;
  tookMs: number;
  /**
   * What the step found out, kept with the configuration, or of a person with their account. The portal reads `scopeName`
   * (what the vendor calls the scope), `rights` (changes by name: "yes", "no" or "probably"), `rightsAsOf` (ISO 8601) and
   * `plans` (names); the rest is the vendor's.
   */
  facts: Record<string, Json>;
};
