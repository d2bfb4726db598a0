/** The guide's four statuses; `unknown` is a word from a vendor that none of them is. */
export const statuses = ["active", "in_progress", "dismissed", "resolved", "unknown"] as const;
export type Status = (typeof statuses)[number];

export const targetStatuses = ["active", "in_progress", "dismissed", "resolved"] as const;
export type TargetStatus = (typeof targetStatuses)[number];

export const statusLabel: Record<Status, string> = {
  active: "Active",
  in_progress: "In Progress",
  dismissed: "Dismissed",
  resolved: "Resolved",
  unknown: "Unknown",
};

/** What each status means, in the guide's words. */
export const statusMeaning: Record<TargetStatus, string> = {
  active: "New alert, not yet reviewed",
  in_progress: "Alert is being investigated",
  dismissed: "False positive or not relevant",
  resolved: "True positive, remediated",
};

/**
 * The transitions that are offered. Only Resolved → Active is published by Microsoft; the others are our
 * choice (docs/decisions/0003), which is why every write is read back.
 */
export const transitions: Record<Status, readonly TargetStatus[]> = {
  active: ["in_progress", "dismissed", "resolved"],
  in_progress: ["active", "dismissed", "resolved"],
  dismissed: ["active"],
  resolved: ["active"],
  unknown: [],
};

/** Whether `to` may be asked for while the vendor holds `from`. */
export function canChangeStatus(from: Status, to: TargetStatus): boolean {
  return transitions[from].includes(to);
}
