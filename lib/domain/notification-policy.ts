/** An organisation's notification policy, which applies to everyone. */
export type NotificationPolicy = {
  /** a new alert that is older than this number of minutes is history, so it notifies nobody at once */
  freshMinutes: number;
  /** the number of minutes without acknowledgement after which a High alert is escalated, for each of the two escalations */
  escalateMinutes: number;
  /** whether notifications contain only the severity and the number of alerts */
  isPrivate: boolean;
};
export const defaultPolicy: NotificationPolicy = { freshMinutes: 60, escalateMinutes: 5, isPrivate: false };
