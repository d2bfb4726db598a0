/** The outcomes of the merge of a delivery. */
export const deliveryOutcomes = [
  /** the delivery brought at least one alert that was new, or newer than the stored one */
  "accepted",
  /** PocketSOC had already stored every alert of the delivery */
  "duplicate",
  "heartbeat",
  /** the delivery contains no alert that PocketSOC can read */
  "unrecognised",
  /** no enabled configuration reads the scope of the delivery's alerts */
  "unclaimed",
  /** the receiver refused the delivery, although its token was valid */
  "rejected",
] as const;
export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

export const deliveryOutcomeLabel: Record<DeliveryOutcome, string> = {
  accepted: "Accepted",
  duplicate: "Duplicate",
  heartbeat: "Heartbeat",
  unrecognised: "Unrecognised",
  unclaimed: "Unclaimed",
  rejected: "Rejected",
};

/** The sentence that explains each outcome on a delivery's page. */
export const deliveryOutcomeMeaning: Record<DeliveryOutcome, string> = {
  accepted: "New or updated alert.",
  duplicate: "All its alerts were known already, so nothing changed.",
  heartbeat: "The sender's sign of life. It contains no alert.",
  unrecognised: "It contains no alert that PocketSOC recognises.",
  unclaimed: "No enabled configuration reads its scope. It is kept, and used once one claims it.",
  rejected: "The receiver refused it, although its token was valid.",
};

/**
 * The names of two formats of deliveries that are the same for all vendors: a heartbeat, and an unrecognised delivery.
 */
export const ownDeliverySchemas = { heartbeat: "Heartbeat", unknown: "Not recognised" } as const;

/** the number of days for which deliveries are kept, unless the settings say otherwise */
export const deliveriesKeptDays = 30;
