import type { Status, TargetStatus, Transitions } from "#lib/domain/status.ts";
import { withoutEnumeration } from "./word-meanings.ts";

const words: Record<TargetStatus, string> = {
  active: "Active",
  in_progress: "InProgress",
  dismissed: "Dismissed",
  resolved: "Resolved",
};

/**
 * Returns our status for Azure's word, in any case and also as people write it: "In progress". Deliveries say `New` for
 * Active.
 */
export function statusFrom(word: string): Status {
  const wanted = withoutEnumeration(word)
    .replaceAll(/[\s_-]/g, "")
    .toLowerCase();
  if (wanted === "new") return "active";
  const found = (Object.keys(words) as TargetStatus[]).find(
    (status) => words[status].toLowerCase() === wanted,
  );
  return found ?? "unknown";
}

/** For each status, the last path segment of the request that sets the status (Microsoft.Security alerts, 2022-01-01). */
export const statusAction: Record<TargetStatus, string> = {
  active: "activate",
  in_progress: "inProgress",
  dismissed: "dismiss",
  resolved: "resolve",
};

/**
 * The statuses that a person may request from each status. Microsoft documents only Resolved → Active. The other
 * transitions are our choice (docs/decisions/0003), so we read the alert again after every write.
 */
export const transitions: Transitions = {
  active: ["in_progress", "dismissed", "resolved"],
  in_progress: ["active", "dismissed", "resolved"],
  dismissed: ["active"],
  resolved: ["active"],
  unknown: [],
};
