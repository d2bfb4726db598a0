import type { NotificationRow } from "#db/queries/alerting/notifications.ts";

/** The error for a notification that can't be sent any more. The detection's page shows the message. */
export class Unsendable extends Error {}

/** The error for a notification of an earlier round of its detection. The current round notifies instead. */
export class Superseded extends Error {}

/** The result of one attempt to send a notification. `again` means that another attempt may succeed. */
export type SendResult =
  | { outcome: "accepted" }
  | { outcome: "again"; retryAfterMs: number | null; problem: string }
  | { outcome: "failed"; problem: string; isDeviceGone?: boolean };

/** A notification that is ready to be sent. Failed attempts are repeated until `retriedForMs` after queueing. */
export type Prepared = {
  notification: NotificationRow;
  retriedForMs: number;
  send: () => Promise<SendResult>;
};
