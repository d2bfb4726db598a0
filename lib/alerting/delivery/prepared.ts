import type { NotificationRow } from "#db/queries/alerting/notifications.ts";

/** Thrown if a notification can't be sent any more. The message is shown with the detection. */
export class Unsendable extends Error {}

/** The result of sending a notification. `again`: it may be retried while `retriedForMs` lasts. */
export type SendResult =
  | { outcome: "accepted" }
  | { outcome: "again"; retryAfterMs: number | null; problem: string }
  | { outcome: "failed"; problem: string; isDeviceGone?: boolean };

/** A notification that is ready to be sent. `retriedForMs` is how long after queueing it may be retried. */
export type Prepared = {
  notification: NotificationRow;
  retriedForMs: number;
  send: () => Promise<SendResult>;
};
