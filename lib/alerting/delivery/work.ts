import { leaseDueNotifications, type NotificationLease, type SubjectOf } from "#db/queries/alerting/queue.ts";
import type { Services } from "#lib/core/context.ts";
import type { LeaseWork, Work } from "#lib/core/work.ts";
import { decideTogether } from "../routing/decide.ts";
import { escalate } from "../routing/escalate.ts";
import { announceDigest } from "../digests/announce.ts";
import { sendTogether } from "./send.ts";

const notifyLeaseMs = 60_000;

type NotifiedLane = "decide" | "push" | "mail";
type NotifiedSubject = SubjectOf<NotifiedLane>;
/** The pieces of work for leases of one organisation. */
type WorkFor = (services: Services, leases: readonly NotificationLease[]) => Work[];

const decide: WorkFor = (services, leases) => [() => decideTogether(services, leases)];
const each =
  (work: (services: Services, lease: NotificationLease) => Promise<void>): WorkFor =>
  (services, leases) =>
    leases.map((lease) => () => work(services, lease));

/** What is done with each thing that waits in the queue. New detections come first. */
const workBySubject: Record<NotifiedSubject, WorkFor> = {
  detection: decide,
  escalation: each(escalate),
  notice: each(announceDigest),
  notification: sendTogether,
  mail: sendTogether,
  fold: sendTogether,
};

/** Leases what is to be decided: who is notified of new detections, of what nobody acknowledged, and of notices. */
export const leaseDecisions: LeaseWork = (services, limit) => leaseLane(services, "decide", limit);
/** Leases what is to be sent to people's devices. */
export const leaseWebPushes: LeaseWork = (services, limit) => leaseLane(services, "push", limit);
/** Leases what is to be sent to people by e-mail. */
export const leaseMails: LeaseWork = (services, limit) => leaseLane(services, "mail", limit);

/** Of one organisation, what is to be decided is decided together, and what is to be sent goes out together. */
async function leaseLane(services: Services, lane: NotifiedLane, limit: number): Promise<Work[]> {
  const leases = await leaseDueNotifications(services.db, lane, notifyLeaseMs, limit);
  return [...new Set(Object.values(workBySubject))].flatMap((workFor) => {
    const ofWork = leases.filter(({ subject }) => workBySubject[subject] === workFor);
    const byOrganisation = Map.groupBy(ofWork, ({ organisationId }) => organisationId);
    return [...byOrganisation.values()].flatMap((ofOrganisation) => workFor(services, ofOrganisation));
  });
}
