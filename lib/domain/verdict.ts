import type { TargetStatus } from "./status.ts";

/** The result of a person's investigation of an alert. */
export type Verdict = "true_positive" | "false_positive" | "benign";

/**
 * Returns the verdict that a status implies (see `statusMeaning`). Resolved implies a true positive. Active withdraws an
 * earlier verdict (null). The other statuses imply none (undefined), because Dismissed, for example, means "false positive or
 * not relevant".
 */
export function verdictOf(status: TargetStatus): Verdict | null | undefined {
  if (status === "resolved") return "true_positive";
  return status === "active" ? null : undefined;
}
