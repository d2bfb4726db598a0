import type { NotificationRow } from "#db/queries/alerting/notifications.ts";

/** Thrown if a notification can't be sent any more. The detection's page shows the message. */
export class Unsendable extends Error {}

/**
 * The result of one attempt to send a notification. `again`: another attempt may succeed, as long as `retriedForMs` isn't
 * over.
 */
export type SendResult =
  | { outcome: "accepted" }
  | { outcome: "again"; retryAfterMs: number | null; problem: string }
  | { outcome: "failed"; problem: string; isDeviceGone?: boolean };

/**
 * A notification that is ready to be sent. `retriedForMs` is the time after queueing in which failed attempts are repeated.
 */
export type Prepared = {
  notification: NotificationRow;
  retriedForMs: number;
  send: () => Promise<SendResult>;
};
