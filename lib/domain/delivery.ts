/** What became of a delivery. */
export const deliveryOutcomes = [
  /** it brought at least one alert that was new, or newer than what stood */
  "accepted",
  /** everything in it was known */
  "duplicate",
  "heartbeat",
  /** read, and it holds no alert of the vendor's */
  "unrecognised",
  /** its scope belongs to no configuration that is enabled */
  "unclaimed",
  /** not read: the door turned it down, though the token was good */
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

/** What a result means, for who reads one delivery. */
export const deliveryOutcomeMeaning: Record<DeliveryOutcome, string> = {
  accepted: "It brought at least one alert that was new, or newer than what stood.",
  duplicate: "Everything in it was known already, so nothing was changed.",
  heartbeat: "The sender says that it is there. It brings no alert.",
  unrecognised: "It was read, and holds no alert that PocketSOC knows.",
  unclaimed:
    "What it names belongs to no configuration that is enabled. It is kept, and used once one claims it.",
  rejected: "It was turned down at the door, though the token was good.",
};

export const deliverySchemaLabel: Record<DeliverySchema, string> = {
  push: "Workflow automation",
  resource: "Resource Manager",
  heartbeat: "Heartbeat",
  unknown: "Not recognised",
};

/** days for which deliveries are kept, unless the operator says otherwise */
export const deliveriesKeptDays = 30;
