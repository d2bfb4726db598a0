import type { Status, TargetStatus, Transitions } from "#lib/domain/status.ts";

const words: Record<TargetStatus, string> = {
  active: "Active",
  in_progress: "InProgress",
  dismissed: "Dismissed",
  resolved: "Resolved",
};

/** Our status for a word of Azure's, in any case; `New` is what a push calls Active. */
export function statusFrom(word: string): Status {
  const wanted = word.trim().toLowerCase();
  if (wanted === "new") return "active";
  const found = (Object.keys(words) as TargetStatus[]).find(
    (status) => words[status].toLowerCase() === wanted,
  );
  return found ?? "unknown";
}

/** The last segment of the request that asks for a status (Microsoft.Security alerts, 2022-01-01). */
export const statusAction: Record<TargetStatus, string> = {
  active: "activate",
  in_progress: "inProgress",
  dismissed: "dismiss",
  resolved: "resolve",
};

/**
 * Which statuses are offered from each. Only Resolved → Active is published by Microsoft; the others are our choice
 * (docs/decisions/0003), which is why every write is read back.
 */
export const transitions: Transitions = {
  active: ["in_progress", "dismissed", "resolved"],
  in_progress: ["active", "dismissed", "resolved"],
  dismissed: ["active"],
  resolved: ["active"],
  unknown: [],
};
