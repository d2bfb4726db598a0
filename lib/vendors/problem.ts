import type { Json } from "#lib/domain/detection.ts";

/**
 * A failure that a person can act on. The vendor's folder sets all fields; the rest of the code reads only the flags below,
 * never a code. `code` is PocketSOC's and stable. `vendorCode` is the vendor's.
 */
export type VendorProblem = {
  code: string;
  vendorCode: string | null;
  /** the form field that the person should correct, or null */
  field: string | null;
  /** what happened and what it means */
  message: string;
  remedy: string;
  /**
   * What the problem affects: every call to the vendor, the application's credential, the account of the person who made
   * the call, or one alert only. After a problem with one alert, calls for other alerts may still succeed.
   */
  concerns: "vendor" | "credential" | "person" | "alert";
  /** true if a retry may succeed (throttled, 5xx, timeout) */
  passes: boolean;
  /** true if the vendor denied access to this account; false if the vendor gave no answer about the access */
  refuses: boolean;
  /** true if only a new sign-in by the person helps; until then the vendor isn't called with this account */
  needsSignIn: boolean;
  /** true if the cause may be a delay at the vendor; the form then offers "Keep trying" */
  maybeDelay: boolean;
  retryAfterMs: number | null;
  /** the vendor's id of the request, which the vendor's support may ask for */
  requestId: string | null;
  /** the claims challenge for the next sign-in, as the vendor sent it */
  challenge: string | null;
};

type Flag = "field" | "concerns" | "passes" | "refuses" | "needsSignIn" | "maybeDelay";

/**
 * The fields of a problem that are the same in every occurrence. Each vendor's folder has tables of them. `concerns` is
 * "credential" by default.
 */
export type ProblemEntry = Pick<VendorProblem, "code" | "message" | "remedy"> &
  Partial<Pick<VendorProblem, Flag>>;

/** The fields of a problem that differ between occurrences. */
export type ProblemDetail = Partial<
  Pick<VendorProblem, "vendorCode" | "retryAfterMs" | "requestId" | "challenge">
>;

/** Builds a problem from its entry and the details of one occurrence. */
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

const mark = Symbol.for("pocketsoc.vendor-error");

/** The error of a failed call to a vendor. The message is for logs and contains no secret. */
export class VendorError extends Error {
  /**
   * Looks for a mark that every copy of this class sets. In the built portal, pages and route handlers have different
   * copies of the class.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && mark in value;
  }
  readonly [mark] = true;
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
  /** a step with a `warning` doesn't prevent saving the configuration */
  outcome: "passed" | "warning" | "failed" | "skipped";
  detail: string;
  remedy: string | null;
  problem: VendorProblem | null;
  tookMs: number;
  /**
   * What the step found. The facts are stored with the configuration or, for a person's account, with the account access.
   * The portal reads `scopeName` (the vendor's name of the scope), `rights` ("yes", "no" or "probably" for each status
   * change), `rightsAsOf` (ISO 8601) and `plans` (names). Other keys belong to the vendor.
   */
  facts: Record<string, Json>;
};
