/** What became of a delivery. */
export const deliveryOutcomes = [
  /** it brought at least one alert that was new, or newer than what stood */
  "accepted",
  /** everything in it was known */
  "duplicate",
  "heartbeat",
  /** read, and it holds no alert of the vendor's */
  "unrecognised",
  /** its subscription belongs to no configuration that is enabled */
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

/** days for which deliveries are kept, unless the operator says otherwise */
export const deliveriesKeptDays = 30;
