import { inOrganisation, type Transaction } from "#db/client.ts";
import { listNotifiedFor } from "#db/queries/alerting/notified.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import {
  lockEscalations,
  type NotificationLease,
  queueAlertingWork,
  removeQueued,
} from "#db/queries/alerting/queue.ts";
import { lockPlanning } from "#db/queries/alerting/recent-notifications.ts";
import { holdDetections } from "#db/queries/ingest/hold-detections.ts";
import { escalateTogetherMs } from "#lib/domain/grouping.ts";
import type { Escalation } from "#lib/domain/escalation.ts";
import type { Services } from "#lib/core/context.ts";
import { newId } from "#lib/platform/ids.ts";
import { queueOutgoing } from "../webhook/queue-event.ts";
import { listPeople } from "./list-people.ts";
import {
  isBeingTakenCareOf,
  isTakenCareOf,
  listOpenDetections,
  type OpenDetection,
} from "./open-detections.ts";
import { planEscalations } from "./plan-escalations.ts";
import { openPlan } from "./plan-notifications.ts";
import { queueEscalations } from "./queue-escalations.ts";
import { recordInTimelines } from "./timeline.ts";
import { writePlan } from "./write-plan.ts";

/** how long an escalation waits while a status change is under way: it may yet be undone or refused */
const pendingMs = 5_000;
/** the maximum number of escalations in one transaction */
const togetherMax = 200;

/**
 * Notifies more people of open High detections that nobody has acknowledged. The first escalation of a detection notifies
 * everyone who may see it. The second notifies the admins again. When one is due, those of the same step that are due within a
 * minute are said in the same message. Alerts of a test account wait until somebody's hours begin. If the transaction fails, escalates each of the leased detections in its own.
 */
export async function escalate(services: Services, leases: readonly NotificationLease[]): Promise<void> {
  const [{ organisationId } = { organisationId: "" }] = leases;
  try {
    while (await escalateDue(services, organisationId, null));
    return;
  } catch (error) {
    if (leases.length === 1) throw error;
    services.log("escalate.not_together", { count: leases.length, error });
  }
  const errors: unknown[] = [];
  for (const { subjectId } of leases)
    await escalateDue(services, organisationId, subjectId).catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, "some detections could not be escalated");
}

type Due = { open: OpenDetection; queueId: string; isDue: boolean };

/**
 * Escalates the detections of an organisation that are due, or only `onlyId`. Takes all due rows of the queue, also those that other
 * workers have leased: otherwise people would get a message from each worker. A worker whose rows are gone has nothing to do.
 */
async function escalateDue(
  services: Services,
  organisationId: string,
  onlyId: string | null,
): Promise<boolean> {
  return inOrganisation(services.db, organisationId, async (tx) => {
    await lockPlanning(tx, organisationId);
    const rows = await lockEscalations(tx, organisationId, {
      withinMs: escalateTogetherMs(await getPolicy(tx, organisationId)),
      limit: togetherMax,
      onlyId,
    });
    const ids = rows.map(({ detectionId }) => detectionId);
    await holdDetections(tx, organisationId, ids);
    const openById = new Map(
      (await listOpenDetections(tx, organisationId, ids)).map((open) => [open.detection.id, open]),
    );
    const waiting: Due[] = [];
    const ended: string[] = [];
    const pendingIds: string[] = [];
    for (const { id: queueId, detectionId, isDue } of rows) {
      const open = openById.get(detectionId);
      if (open && !isBeingTakenCareOf(open) && !isTakenCareOf(open)) waiting.push({ open, queueId, isDue });
      else if (isDue) {
        ended.push(queueId);
        if (open && isBeingTakenCareOf(open)) pendingIds.push(detectionId);
      }
    }
    await removeQueued(tx, organisationId, ended);
    await queueAlertingWork(tx, organisationId, "escalation", pendingIds, newId, pendingMs);
    await escalateSteps(services, tx, organisationId, waiting);
    return rows.length === togetherMax && rows.at(-1)?.isDue === true;
  });
}

/** Escalates the detections step by step: all that are at a step, as soon as one of them is due. The others stay queued. */
async function escalateSteps(
  services: Services,
  tx: Transaction,
  organisationId: string,
  waiting: readonly Due[],
): Promise<void> {
  const ids = waiting.map(({ open }) => open.detection.id);
  const second = await listNotifiedFor(tx, organisationId, ids, "escalated_to_everyone");
  const steps = [...Map.groupBy(waiting, ({ open }) => second.has(open.detection.id))].filter(([, due]) =>
    due.some(({ isDue }) => isDue),
  );
  if (steps.length === 0) return;
  const people = await listPeople(services, tx, organisationId);
  const plan = await openPlan(services, tx, organisationId);
  const escalated = steps.map(([isSecond, due]) => {
    const escalation: Escalation = isSecond ? "escalated_to_admins" : "escalated_to_everyone";
    const outcome = planEscalations(
      plan,
      escalation,
      people,
      due.map(({ open }) => open),
    );
    return { isSecond, due, ...outcome };
  });
  await writePlan(tx, plan);
  const { escalateMinutes } = await getPolicy(tx, organisationId);
  // their digest, which comes first, has a while to be acted on; no hours are shorter than a quarter
  const digestFirstMs = Math.min(escalateMinutes, 10) * 60_000;
  for (const { isSecond, due, seenIds, waiting: untilById } of escalated) {
    await removeQueued(
      tx,
      organisationId,
      due.map(({ queueId }) => queueId),
    );
    if (!isSecond) await queueEscalations(tx, organisationId, seenIds);
    for (const [id, until] of untilById) {
      const dueInMs = until.getTime() + digestFirstMs - services.now().getTime();
      await queueAlertingWork(tx, organisationId, "escalation", [id], newId, dueInMs);
    }
  }
  for (const { due } of escalated)
    for (const { open } of due)
      await queueOutgoing(services, tx, organisationId, {
        type: "detection.unacknowledged",
        detectionId: open.detection.id,
      });
  await recordInTimelines(
    services,
    tx,
    organisationId,
    escalated.flatMap(({ isSecond, toldIds }) =>
      toldIds.map((detectionId) =>
        isSecond
          ? { detectionId, kind: "admins_notified_again" as const, minutes: 2 * escalateMinutes }
          : { detectionId, kind: "everyone_notified" as const, minutes: escalateMinutes },
      ),
    ),
  );
}
