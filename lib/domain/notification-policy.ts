/** What an organisation decides for everyone. */
export type NotificationPolicy = {
  /** an alert that is older than this when it is first seen is history, which doesn't notify */
  freshMinutes: number;
  /** how long a High alert may stay unacknowledged before it is escalated, each time */
  escalateMinutes: number;
  /** notifications name the severity and how many alerts there are, and nothing else */
  isPrivate: boolean;
};
export const defaultPolicy: NotificationPolicy = { freshMinutes: 60, escalateMinutes: 5, isPrivate: false };
