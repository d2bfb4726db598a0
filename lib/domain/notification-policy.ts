/** An organisation's notification policy, which applies to everyone. */
export type NotificationPolicy = {
  /** a new alert that is older than this number of minutes is history */
  freshMinutes: number;
  /**
   * after this number of minutes without acknowledgement, a High alert is escalated; after twice as many, a second time
   */
  escalateMinutes: number;
  /** after this number of minutes in which its owner did nothing, an Active High alert needs triage again; 0: never */
  silentMinutes: number;
  /** whether notifications contain only the severity and the number of alerts */
  isPrivate: boolean;
};
/** The names of the policy's minutes, in the form and in messages about it. */
export const policyLabel = {
  escalateMinutes: "Escalate after",
  silentMinutes: "Take back from a silent owner after",
  freshMinutes: "Summarise alerts older than",
} as const satisfies Partial<Record<keyof NotificationPolicy, string>>;
export const defaultPolicy: NotificationPolicy = {
  freshMinutes: 60,
  escalateMinutes: 5,
  silentMinutes: 30,
  isPrivate: false,
};

/** how long before an alert is taken back its owner is reminded; never longer than half of that time */
const reminderMinutes = 5;
/** Returns after how many minutes a silent owner is reminded. */
export const remindAfterMinutes = ({ silentMinutes }: Pick<NotificationPolicy, "silentMinutes">): number =>
  silentMinutes - Math.min(reminderMinutes, silentMinutes / 2);
