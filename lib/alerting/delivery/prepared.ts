import type { NotificationRow } from "#db/queries/alerting/notifications.ts";

/** A notification can't be sent any more. The message says why, to those who read the detection. */
export class Unsendable extends Error {}

/** What became of sending a notification. `again`: another attempt is worth it, for as long as it may be retried. */
export type SendResult =
  | { outcome: "accepted" }
  | { outcome: "again"; retryAfterMs: number | null; problem: string }
  | { outcome: "failed"; problem: string; isDeviceGone?: boolean };

/** A notification with all that sending it needs. `retriedForMs`: for how long after it was queued. */
export type Prepared = {
  notification: NotificationRow;
  retriedForMs: number;
  send: () => Promise<SendResult>;
};
