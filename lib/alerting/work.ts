import { inOrganisation } from "#db/client.ts";
import { listQueuedOfAlarm } from "#db/queries/alerting/notifications.ts";
import {
  leaseAlertingWorkOn,
  leaseDueAlertingWork,
  type NotificationLease,
  type SubjectOf,
} from "#db/queries/alerting/queue.ts";
import type { Services } from "#lib/core/context.ts";
import type { LeaseWork, Work } from "#lib/core/work.ts";
import { sendAlarm } from "./alarms/send-alarm.ts";
import { sendNotifications } from "./delivery/send-notifications.ts";
import { sendDigest } from "./digests/send-digest.ts";
import { decideRecipients } from "./routing/decide-recipients.ts";
import { escalate } from "./routing/escalate.ts";
import { tellOfChanges } from "./routing/tell-of-changes.ts";

/** how long a lease lasts unless it is renewed */
const leaseMs = 60_000;

type AlertingLane = "decide" | "push" | "mail";
type AlertingSubject = SubjectOf<AlertingLane>;
/** A function that returns pieces of work for the leases of one organisation. */
type WorkFor = (services: Services, leases: readonly NotificationLease[]) => Work[];

const together =
  (verb: (services: Services, leases: readonly NotificationLease[]) => Promise<void>): WorkFor =>
  (services, leases) => [() => verb(services, leases)];
const oneByOne =
  (verb: (services: Services, lease: NotificationLease) => Promise<void>): WorkFor =>
  (services, leases) =>
    leases.map((lease) => () => verb(services, lease));

const tellTogether = together(tellOfChanges);

/** For each subject of `notification_queue`, the function that does the work. New detections come first. */
const workBySubject: Record<AlertingSubject, WorkFor> = {
  detection: together(decideRecipients),
  escalation: together(escalate),
  not_saved: tellTogether,
  taken_over: tellTogether,
  silent: tellTogether,
  offered: tellTogether,
  confirmed: tellTogether,
  reopened: tellTogether,
  mentioned: tellTogether,
  digest: oneByOne(sendDigest),
  gathered_digest: oneByOne(sendDigest),
  alarm: oneByOne(sendAlarm),
  web_push: sendNotifications,
  email: sendNotifications,
  group_update: sendNotifications,
};

/** Leases work on new detections, escalations, digests and alarms. */
export const leaseDecisions: LeaseWork = (services, limit) => leaseLane(services, "decide", limit);
/** Leases notifications to send by web push. */
export const leaseWebPushes: LeaseWork = (services, limit) => leaseLane(services, "push", limit);
/** Leases notifications to send by e-mail. */
export const leaseEmails: LeaseWork = (services, limit) => leaseLane(services, "mail", limit);

/** Leases up to `limit` rows of one lane of the queue: decisions, web pushes or e-mails. */
async function leaseLane(services: Services, lane: AlertingLane, limit: number): Promise<Work[]> {
  return piecesFor(services, await leaseDueAlertingWork(services.db, lane, leaseMs, limit));
}

/** Leases the work that is due on one alarm: to send it, and to send the notifications that this queued. */
export async function leaseAlarmWork(
  services: Services,
  organisationId: string,
  alarmId: string,
): Promise<Work[]> {
  const notificationIds = await inOrganisation(services.db, organisationId, (tx) =>
    listQueuedOfAlarm(tx, organisationId, alarmId),
  );
  return piecesFor(services, await leaseAlertingWorkOn(services.db, [alarmId, ...notificationIds], leaseMs));
}

/** Returns pieces of work for the leases. A piece never mixes organisations. */
function piecesFor(
  services: Services,
  leases: readonly (NotificationLease & { subject: AlertingSubject })[],
): Work[] {
  return [...new Set(Object.values(workBySubject))].flatMap((workFor) => {
    const ownLeases = leases.filter(({ subject }) => workBySubject[subject] === workFor);
    const byOrganisation = Map.groupBy(ownLeases, ({ organisationId }) => organisationId);
    return [...byOrganisation.values()].flatMap((ofOrganisation) => workFor(services, ofOrganisation));
  });
}
