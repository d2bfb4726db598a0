import type { Json } from "#lib/domain/detection.ts";

/** A failure a person can act on. `code` is stable and ours; `vendorCode` is what the vendor said. */
export type VendorProblem = {
  code: string;
  vendorCode: string | null;
  /** which field of the form it points at, if any */
  field: string | null;
  /** what happened and what it means */
  message: string;
  remedy: string;
  /** it may be the vendor's own delay: offer "Keep trying" */
  maybeDelay: boolean;
  /** worth trying again by itself (throttled, 5xx, time-out) */
  transient: boolean;
  retryAfterMs: number | null;
  /** the vendor's name for the request, for its support */
  requestId: string | null;
  /** the account may not any more, as opposed to: it can't be asked now */
  gone: boolean;
  /** what is to be proved at the next sign-in, as the vendor said it */
  claims: string | null;
};

/** What a vendor's folder says of one failure, whenever it happens. */
export type ProblemEntry = Pick<VendorProblem, "code" | "message" | "remedy"> &
  Partial<Pick<VendorProblem, "field" | "maybeDelay" | "transient" | "gone">>;

/** What is known of one failure beside its entry. */
export type ProblemDetail = Partial<
  Pick<VendorProblem, "vendorCode" | "retryAfterMs" | "requestId" | "claims">
>;

/** A whole problem out of an entry, and what the vendor said beside it. */
export function problemOf(entry: ProblemEntry, detail: ProblemDetail = {}): VendorProblem {
  return {
    field: null,
    maybeDelay: false,
    transient: false,
    vendorCode: null,
    retryAfterMs: null,
    requestId: null,
    gone: false,
    claims: null,
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
