/** The statuses of an alert. `unknown` stands for any other status of a vendor. */
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

/** The sentence that explains each status. */
export const statusMeaning: Record<TargetStatus, string> = {
  active: "New alert, not yet reviewed",
  in_progress: "Alert is being investigated",
  dismissed: "False positive or not relevant",
  resolved: "True positive, remediated",
};

/** The statuses that may be requested from each status. Each vendor has its own table. */
export type Transitions = Readonly<Record<Status, readonly TargetStatus[]>>;

/** Whether a status means that nobody needs to decide any more. An unknown status is open. */
export const isClosed = (status: Status): status is "dismissed" | "resolved" =>
  status === "dismissed" || status === "resolved";

/** Whether a step from one status to another reopens an alert. */
export const isReopening = (from: Status, to: Status): boolean => isClosed(from) && !isClosed(to);
