import type { NotificationLease } from "#db/queries/notification-queue.ts";
import type { NotificationSubject } from "#lib/domain/notification.ts";
import type { Services } from "../context.ts";
import { decideTogether, decideWhoIsTold } from "./decide.ts";
import { escalate } from "./escalate.ts";
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
  mail: sendNotification,
  fold: sendNotification,
  notice: tellNotice,
};

type Lease = NotificationLease & { subject: keyof typeof workBySubject };

/**
 * The same for all of one claim, oldest first: what is to be sent of one organisation goes out together, and what is to be
 * decided of one is decided together.
 */
export function workTogether(services: Services, leases: readonly Lease[]): (() => Promise<void>)[] {
  const byOrganisation = (...subjects: NotificationSubject[]) => [
    ...Map.groupBy(
      leases.filter(({ subject }) => subjects.includes(subject)),
      ({ organisationId }) => organisationId,
    ).values(),
  ];
  const others = leases.filter(({ subject }) => subject === "escalation" || subject === "notice");
  return [
    ...byOrganisation("detection").map((ofOne) => () => decideTogether(services, ofOne)),
    ...others.map((lease) => () => workBySubject[lease.subject](services, lease)),
    ...byOrganisation("notification", "mail", "fold").flatMap((ofOne) => sendTogether(services, ofOne)),
  ];
}
