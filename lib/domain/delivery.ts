/** The result of a delivery. */
export const deliveryOutcomes = [
  /** at least one of its alerts was new or updated */
  "accepted",
  /** all its alerts were known already */
  "duplicate",
  "heartbeat",
  /** read, but without an alert of the vendor */
  "unrecognised",
  /** its subscription belongs to no configuration that is enabled */
  "unclaimed",
  /** refused unread by the receiver, although its token was valid */
  "rejected",
] as const;
export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

/** In which shape a delivery came: the flat push of workflow automation, an alert of Resource Manager's, … */
export const deliverySchemas = ["push", "resource", "heartbeat", "unknown"] as const;
export type DeliverySchema = (typeof deliverySchemas)[number];

export const deliveryOutcomeLabel: Record<DeliveryOutcome, string> = {
  accepted: "Accepted",
  duplicate: "Duplicate",
  heartbeat: "Heartbeat",
  unrecognised: "Unrecognised",
  unclaimed: "Unclaimed",
  rejected: "Rejected",
};

/** What each result means, on a delivery's page. */
export const deliveryOutcomeMeaning: Record<DeliveryOutcome, string> = {
  accepted: "New or updated alert.",
  duplicate: "All its alerts were known already, so nothing changed.",
  heartbeat: "The sender's sign of life. It contains no alert.",
  unrecognised: "It contains no alert that PocketSOC recognises.",
  unclaimed:
    "Its subscription belongs to no configuration that is enabled. It is kept, and used once one claims it.",
  rejected: "The receiver refused it, although its token was valid.",
};

export const deliverySchemaLabel: Record<DeliverySchema, string> = {
  push: "Workflow automation",
  resource: "Resource Manager",
  heartbeat: "Heartbeat",
  unknown: "Not recognised",
};

/** days for which deliveries are kept, unless the operator says otherwise */
export const deliveriesKeptDays = 30;
