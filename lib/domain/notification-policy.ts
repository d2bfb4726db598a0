/** An organisation's rules for everyone's notifications. */
export type NotificationPolicy = {
  /** an alert that is older than this when it is first seen is history, which doesn't notify */
  freshMinutes: number;
  /** how long a High alert may stay unacknowledged before each escalation */
  escalateMinutes: number;
  /** notifications contain only the severity and the number of alerts */
  isPrivate: boolean;
};
export const defaultPolicy: NotificationPolicy = { freshMinutes: 60, escalateMinutes: 5, isPrivate: false };
