/** An organisation's notification policy, which applies to everyone. */
export type NotificationPolicy = {
  /** a new alert that is older than this number of minutes is history */
  freshMinutes: number;
  /**
   * after this number of minutes without acknowledgement, a High alert is escalated; after twice as many, a second time
   */
  escalateMinutes: number;
  /** whether notifications contain only the severity and the number of alerts */
  isPrivate: boolean;
};
/** The names of the policy's minutes, in the form and in messages about it. */
export const policyLabel = {
  escalateMinutes: "Escalate after",
  freshMinutes: "Summarise alerts older than",
} as const satisfies Partial<Record<keyof NotificationPolicy, string>>;
export const defaultPolicy: NotificationPolicy = { freshMinutes: 60, escalateMinutes: 5, isPrivate: false };
