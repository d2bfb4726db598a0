import type { NotificationLease, NotifiedSubject } from "#db/queries/alerting/queue.ts";
import type { Services } from "#lib/core/context.ts";
import { decideTogether } from "../routing/decide.ts";
import { escalate } from "../routing/escalate.ts";
import { announceDigest } from "../digests/announce.ts";
import { sendTogether } from "./send.ts";

/** Pieces of work for what was claimed of one organisation. */
type Work = (services: Services, leases: readonly NotificationLease[]) => (() => Promise<void>)[];

const decide: Work = (services, leases) => [() => decideTogether(services, leases)];
const each =
  (work: (services: Services, lease: NotificationLease) => Promise<void>): Work =>
  (services, leases) =>
    leases.map((lease) => () => work(services, lease));

/** What is done with each thing that waits in the queue. Of one claim, new detections come first. */
const workBySubject: Record<NotifiedSubject, Work> = {
  detection: decide,
  escalation: each(escalate),
  notice: each(announceDigest),
  notification: sendTogether,
  mail: sendTogether,
  fold: sendTogether,
};

/**
 * The work for all of one claim, oldest first: what is to be sent of one organisation goes out together, and what is to be
 * decided of one is decided together.
 */
export function workTogether(
  services: Services,
  leases: readonly (NotificationLease & { subject: NotifiedSubject })[],
): (() => Promise<void>)[] {
  return [...new Set(Object.values(workBySubject))].flatMap((work) => {
    const ofWork = leases.filter(({ subject }) => workBySubject[subject] === work);
    const byOrganisation = Map.groupBy(ofWork, ({ organisationId }) => organisationId);
    return [...byOrganisation.values()].flatMap((ofOne) => work(services, ofOne));
  });
}
