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

/** Which statuses may be asked for while the vendor holds one; each vendor has its own. */
export type Transitions = Readonly<Record<Status, readonly TargetStatus[]>>;
