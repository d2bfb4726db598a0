import type { TargetStatus } from "./status.ts";

/** What an alert turned out to be. */
export type Verdict = "true_positive" | "false_positive" | "benign";

/**
 * What a status says of the verdict, by `statusMeaning`: Resolved means a true positive, and Active takes an earlier verdict
 * back. The others leave it open: Dismissed is "false positive or not relevant". Undefined where nothing is said.
 */
export function verdictOf(status: TargetStatus): Verdict | null | undefined {
  if (status === "resolved") return "true_positive";
  return status === "active" ? null : undefined;
}
