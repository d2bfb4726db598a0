import type { TargetStatus } from "./status.ts";

/** The result of a person's investigation of an alert. */
export type Verdict = "true_positive" | "false_positive" | "benign";

/**
 * Returns the verdict that a status implies: a true positive for Resolved, and null for Active, which withdraws an
 * earlier verdict. Returns undefined for a status that implies no verdict.
 */
export function verdictOf(status: TargetStatus): Verdict | null | undefined {
  if (status === "resolved") return "true_positive";
  return status === "active" ? null : undefined;
}
