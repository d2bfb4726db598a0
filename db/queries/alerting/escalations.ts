import { and, eq, inArray, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { detections } from "../../schema/index.ts";
import { getPolicy } from "./policy.ts";
import { removeAlertingWork, requeueAlertingWork } from "./queue.ts";

/**
 * The state of an escalation: when its current step began, and whether its last step has notified. `is_unsaid`: nobody was notified
 * of the alert in this round, because nobody could be or because somebody had taken it on before.
 */
type Step = { id: string; since: string | null; is_over: boolean; is_high: boolean; is_unsaid: boolean };

/**
 * Resumes the escalation of locked detections that nobody takes care of any longer. It goes on with its step after the rest of
 * that step's time, or at once if the time has passed. If nobody was notified of a detection in this round, its recipients are
 * decided anew, unless the escalation notifies at once. Does nothing for history, and for a detection whose escalation is over.
 * Call it before taking change numbers.
 */
export async function resumeEscalations(
  tx: Transaction,
  organisationId: string,
  detectionIds: readonly string[],
  newId: () => string,
  now: Date,
): Promise<void> {
  if (detectionIds.length === 0) return;
  const ids = `{${detectionIds.join()}}`;
  // a detection that was grouped on every device has a group instead of notifications
  const steps = await tx.execute<Step>(sql`
    with sent as (
      select detection_id, reason, round, queued_at as at, state from notifications
        where organisation_id = ${organisationId}::uuid and detection_id = any (${ids}::uuid[])
      union all
      select detection_id, reason, round, at, 'grouped' from notification_groups
        where organisation_id = ${organisationId}::uuid and detection_id = any (${ids}::uuid[])
    )
    select d.id,
      (coalesce(min(s.at) filter (where s.reason = 'escalated_to_everyone'), min(s.at)))::text as since,
      bool_or(s.reason = 'escalated_to_admins') as is_over,
      d.severity in ('high', 'unknown') as is_high, bool_and(s.state = 'skipped') as is_unsaid
    from detections d join sent s on s.detection_id = d.id and s.round = d.notify_round
    where d.organisation_id = ${organisationId}::uuid and d.id = any (${ids}::uuid[])
      and not d.is_sample
    group by d.organisation_id, d.id order by d.id`);
  const { escalateMinutes } = await getPolicy(tx, organisationId);
  for (const { id, since, is_over: isOver, is_high: isHigh, is_unsaid: isUnsaid } of steps) {
    if (isOver || since === null) continue;
    const dueInMs = new Date(since).getTime() + escalateMinutes * 60_000 - now.getTime();
    if (isHigh) await requeueAlertingWork(tx, organisationId, "escalation", id, newId, Math.max(0, dueInMs));
    if (!isUnsaid || (isHigh && dueInMs <= 0)) continue;
    await deleteSkipped(tx, organisationId, id);
    await requeueAlertingWork(tx, organisationId, "detection", id, newId, 0);
  }
}

/** Deletes the notifications of a detection that were skipped in its current round. */
const deleteSkipped = (tx: Transaction, organisationId: string, detectionId: string) =>
  tx.execute(sql`
    delete from notifications n using detections d
    where n.organisation_id = ${organisationId}::uuid and n.detection_id = ${detectionId}::uuid and n.state = 'skipped'
      and d.organisation_id = n.organisation_id and d.id = n.detection_id and n.round = d.notify_round`);

/** a reopening withdraws the verdict; a higher severity leaves it */
const withdrawn = Object.fromEntries(
  (["verdict", "reason", "judgedBy", "judgedAt", "judgedHow"] as const).map((key) => [
    key,
    sql`case when ${detections.status} in ('dismissed', 'resolved') then null else ${detections[key]} end`,
  ]),
);

/**
 * Begins a new round for locked detections that the vendor reopened or made High: nobody owns them, and they notify and escalate like new
 * ones, whatever their age. Samples notify nobody. Call it before taking change numbers.
 */
export async function beginRounds(
  tx: Transaction,
  organisationId: string,
  detectionIds: readonly string[],
  newId: () => string,
): Promise<void> {
  if (detectionIds.length === 0) return;
  const begun = await tx
    .update(detections)
    .set({
      notifyRound: sql`${detections.notifyRound} + 1`,
      ownerId: null,
      ownedSince: null,
      silentOwnerId: null,
      isBacklog: false,
      ...withdrawn,
    })
    .where(and(eq(detections.organisationId, organisationId), inArray(detections.id, [...detectionIds])))
    .returning({ id: detections.id, isSample: detections.isSample });
  // the decision on recipients begins a fresh escalation
  await removeAlertingWork(tx, "escalation", [...detectionIds]);
  for (const { id } of begun.filter(({ isSample }) => !isSample).toSorted((a, b) => a.id.localeCompare(b.id)))
    await requeueAlertingWork(tx, organisationId, "detection", id, newId, 0);
}
