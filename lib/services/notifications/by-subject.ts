import type { NotificationLease } from "#db/queries/notification-queue.ts";
import type { NotificationSubject } from "#lib/domain/notification.ts";
import type { Services } from "../context.ts";
import { decideWhoIsTold, escalate } from "./decide.ts";
import { tellNotice } from "./notice.ts";
import { sendNotification } from "./send.ts";

/** What is done with each thing that waits in the queue. */
export const workBySubject: Record<
  Exclude<NotificationSubject, "outgoing">,
  (services: Services, lease: NotificationLease) => Promise<void>
> = {
  detection: decideWhoIsTold,
  escalation: escalate,
  notification: sendNotification,
  fold: sendNotification,
  notice: tellNotice,
};
