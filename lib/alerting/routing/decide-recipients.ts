import { inOrganisation, type Transaction } from "#db/client.ts";
import { type NotificationLease, removeNotificationLeases } from "#db/queries/alerting/queue.ts";
import { holdDetections } from "#db/queries/ingest/hold-detections.ts";
import { isEscalated, type Recipient, recipientsOf, type Subject } from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import { newId } from "#lib/platform/ids.ts";
import { queueOutgoing } from "../webhook/queue-event.ts";
import { listPeople, peopleFor, type TeamPerson } from "./list-people.ts";
import { listOpenDetections, type OpenDetection } from "./open-detections.ts";
import { openPlan, type Plan, planNotifications } from "./plan-notifications.ts";
import { queueEscalations } from "./queue-escalations.ts";
import { sampleRecipients } from "./sample-recipients.ts";
import { listStandIns } from "./stand-ins.ts";
import { subjectOf } from "./subject.ts";
import { type NotifiedEvent, recordInTimelines } from "./timeline.ts";
import { writePlan } from "./write-plan.ts";

/**
 * Decides whom the new detections of one organisation's leases notify, oldest first. Inserts the notifications in the
 * transaction that ends the leases, so that nobody is notified twice after a crash. If the transaction fails, decides
 * each detection in its own transaction.
 */
export async function decideRecipients(
  services: Services,
  leases: readonly NotificationLease[],
): Promise<void> {
  try {
    return await decide(services, leases);
  } catch (error) {
    if (leases.length === 1) throw error;
    services.log("notify.not_decided_together", { count: leases.length, error });
  }
  const errors: unknown[] = [];
  for (const lease of leases) await decide(services, [lease]).catch((error: unknown) => errors.push(error));
  if (errors.length > 0)
    throw new AggregateError(errors, "recipients of some detections could not be decided");
}

type Decision = {
  services: Services;
  tx: Transaction;
  plan: Plan;
  people: readonly TeamPerson[];
};

async function decide(services: Services, leases: readonly NotificationLease[]): Promise<void> {
  const [{ organisationId } = { organisationId: "" }] = leases;
  await inOrganisation(services.db, organisationId, async (tx) => {
    const ours = await removeNotificationLeases(
      tx,
      leases.map((lease) => ({ lease })),
    );
    const ids = ours.map(({ lease }) => lease.subjectId);
    await holdDetections(tx, organisationId, ids);
    const detections = await listOpenDetections(tx, organisationId, ids);
    if (detections.length === 0) return;
    const people = await listPeople(services, tx, organisationId);
    const plan = await openPlan(services, tx, organisationId);
    const decision: Decision = { services, tx, plan, people };
    const events: NotifiedEvent[] = [];
    for (const open of detections) {
      if (open.detection.isSample) await planSample(decision, open);
      else events.push(...(await planAlert(decision, open)));
    }
    await writePlan(tx, plan);
    const urgent = detections.filter(
      ({ detection, configuration }) =>
        !detection.isSample && isEscalated(subjectOf(configuration, detection.severity)),
    );
    await queueEscalations(
      tx,
      organisationId,
      urgent.map(({ detection }) => detection.id),
    );
    await recordInTimelines(services, tx, organisationId, events);
  });
}

/** Plans the notifications of a sample: at most one for each device, configuration and ten minutes. */
async function planSample({ services, tx, plan, people }: Decision, open: OpenDetection) {
  const readers = peopleFor(people, open.detection.configurationId);
  const recipients = await sampleRecipients(services, tx, open, readers);
  const standIns = await listStandIns(services, tx, plan, open.detection);
  planNotifications(plan, open.detection, recipients, standIns);
}

/**
 * Plans an alert's notifications, and queues an event for the outgoing webhook. Returns the events for the detection's
 * timeline.
 */
async function planAlert(
  { services, tx, plan, people }: Decision,
  open: OpenDetection,
): Promise<NotifiedEvent[]> {
  const { id: detectionId, organisationId, severity, configurationId } = open.detection;
  await queueOutgoing(services, tx, organisationId, { type: "detection.raised", detectionId });
  const readers = peopleFor(people, configurationId);
  const subject = subjectOf(open.configuration, severity);
  const recipients = recipientsOf(subject, readers, services.now());
  if (open.detection.ownedSince !== null) {
    planOwned(plan, open.detection, recipients);
    return [];
  }
  const standIns = await listStandIns(services, tx, plan, open.detection);
  planNotifications(plan, open.detection, recipients, standIns);
  const kind = unusualKind(recipients, subject);
  return kind ? [{ detectionId, kind }] : [];
}

/** Records that nobody needs to be notified of an alert that somebody owns already. If the owner loses it, the recipients are decided anew. */
function planOwned(
  { notifications, queuedAt }: Plan,
  { id: detectionId, notifyRound: round }: OpenDetection["detection"],
  recipients: readonly Recipient[],
): void {
  for (const [userId, [first]] of Map.groupBy(recipients, (recipient) => recipient.userId)) {
    if (!first) continue;
    const { reason } = first;
    const skipped = { state: "skipped", problem: "Somebody had acknowledged it already." } as const;
    notifications.push({ id: newId(), detectionId, round, userId, reason, queuedAt, ...skipped });
  }
}

/**
 * Returns the kind of the timeline event that says that nobody can be notified, or only the admins. Otherwise returns
 * null.
 */
function unusualKind(
  recipients: readonly Recipient[],
  subject: Subject,
): "nobody_notified" | "admins_notified" | null {
  if (recipients.every(({ way }) => way === "none"))
    return recipients.length > 0 || isEscalated(subject) ? "nobody_notified" : null;
  return recipients.some(({ reason }) => reason === "fallback") ? "admins_notified" : null;
}
