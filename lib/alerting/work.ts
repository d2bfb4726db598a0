import type { NotificationLease, NotifiedSubject } from "#db/queries/alerting/queue.ts";
import type { Services } from "#lib/core/context.ts";
import { sendAlarm } from "./alarms/send-alarm.ts";
import { sendNotifications } from "./delivery/send-notifications.ts";
import { sendDigest } from "./digests/send-digest.ts";
import { decideRecipients } from "./routing/decide-recipients.ts";
import { escalate } from "./routing/escalate.ts";

/** a worker's lease on a piece of work; after it another may take the work over */
export const alertingLeaseMs = 60_000;

/** Turns leases of one organisation into pieces of work. */
type Work = (services: Services, leases: readonly NotificationLease[]) => (() => Promise<void>)[];

const together =
  (verb: (services: Services, leases: readonly NotificationLease[]) => Promise<void>): Work =>
  (services, leases) => [() => verb(services, leases)];
const oneByOne =
  (verb: (services: Services, lease: NotificationLease) => Promise<void>): Work =>
  (services, leases) =>
    leases.map((lease) => () => verb(services, lease));

/** What is done for each subject of the queue. New detections come first. */
const workBySubject: Record<NotifiedSubject, Work> = {
  detection: together(decideRecipients),
  escalation: oneByOne(escalate),
  digest: oneByOne(sendDigest),
  alarm: oneByOne(sendAlarm),
  web_push: sendNotifications,
  email: sendNotifications,
  group_update: sendNotifications,
};

/** The pieces of work for leases that were taken at once, oldest first. Each piece is for one organisation. */
export function alertingWork(
  services: Services,
  leases: readonly (NotificationLease & { subject: NotifiedSubject })[],
): (() => Promise<void>)[] {
  const works = new Set(Object.values(workBySubject));
  return [...works].flatMap((work) => {
    const ownLeases = leases.filter(({ subject }) => workBySubject[subject] === work);
    const byOrganisation = Map.groupBy(ownLeases, ({ organisationId }) => organisationId);
    return [...byOrganisation.values()].flatMap((organisationLeases) => work(services, organisationLeases));
  });
}
