import type { NotificationLease } from "#db/queries/notification-queue.ts";
import type { NotificationSubject } from "#lib/domain/notification.ts";
import type { Services } from "../context.ts";
import { decideWhoIsTold, escalate } from "./decide.ts";
import { tellNotice } from "./notice.ts";
import { sendNotification, sendTogether } from "./send.ts";

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

/** The same for all of one claim, oldest first; what is to be sent of one organisation goes out together. */
export function workTogether(
  services: Services,
  leases: readonly (NotificationLease & { subject: keyof typeof workBySubject })[],
): (() => Promise<void>)[] {
  const isSent = ({ subject }: NotificationLease) => subject === "notification" || subject === "fold";
  const sent = Map.groupBy(leases.filter(isSent), ({ organisationId }) => organisationId);
  const others = leases.filter((lease) => !isSent(lease));
  return [
    ...others.map((lease) => () => workBySubject[lease.subject](services, lease)),
    ...[...sent.values()].flatMap((ofOne) => sendTogether(services, ofOne)),
  ];
}
