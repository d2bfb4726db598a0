/** The outcomes of the merge of a delivery. */
export const deliveryOutcomes = [
  /** the delivery brought at least one alert that was new, or newer than the stored one */
  "accepted",
  /** everything that the delivery brought was stored already */
  "duplicate",
  "heartbeat",
  /** the delivery contains no alert of the vendor that PocketSOC can read */
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

/** The formats of a delivery that no vendor names: a heartbeat, and one that isn't recognised. */
export const ownDeliverySchemas = { heartbeat: "Heartbeat", unknown: "Not recognised" } as const;

/** the number of days for which deliveries are kept, unless the settings say otherwise */
export const deliveriesKeptDays = 30;
