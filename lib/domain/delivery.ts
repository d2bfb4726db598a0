/** The outcomes of a delivery. */
export const deliveryOutcomes = [
  /** it brought at least one alert that was new, or newer than the stored one */
  "accepted",
  /** it brought nothing new */
  "duplicate",
  "heartbeat",
  /** it was read, but contains no alert of the vendor */
  "unrecognised",
  /** no enabled configuration reads its scope */
  "unclaimed",
  /** the receiver refused it, although the token was valid */
  "rejected",
] as const;
export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

/** The format of a delivery. `push` is the flat form of workflow automation, `resource` an alert of Resource Manager. */
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

/** The explanation of each outcome on a delivery's page. */
export const deliveryOutcomeMeaning: Record<DeliveryOutcome, string> = {
  accepted: "It brought at least one alert that was new, or newer than what stood.",
  duplicate: "Everything in it was known already, so nothing was changed.",
  heartbeat: "The sender says that it is there. It brings no alert.",
  unrecognised: "It was read, and holds no alert that PocketSOC knows.",
  unclaimed:
    "Its subscription belongs to no configuration that is enabled. It is kept, and used once one claims it.",
  rejected: "It was turned down at the door, though the token was good.",
};

export const deliverySchemaLabel: Record<DeliverySchema, string> = {
  push: "Workflow automation",
  resource: "Resource Manager",
  heartbeat: "Heartbeat",
  unknown: "Not recognised",
};

/** days that deliveries are kept by default */
export const deliveriesKeptDays = 30;
