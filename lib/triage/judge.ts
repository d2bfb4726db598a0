import type { Transaction } from "#db/client.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { insertChange, type LockedDetection, updateDetection } from "#db/queries/triage/decisions.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { type Context, sourceOf } from "#lib/core/context.ts";
import { isClosed } from "#lib/domain/status.ts";
import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { judgements, type Reason } from "#lib/domain/verdict.ts";
import { newChange } from "./new-change.ts";
import { newId } from "#lib/platform/ids.ts";
import { howOf, type StatusResult } from "./request-status.ts";

type Judgement = { reason: Reason; note: string; ownerId: string | null };

/**
 * Gives a locked detection another verdict that goes with the status that it has. The vendor is told nothing. A closed one keeps its
 * owner; an open one is owned by whoever judges it, as with every decision.
 */
export async function judge(
  ctx: Context,
  tx: Transaction,
  row: LockedDetection,
  { reason, note, ownerId }: Judgement,
): Promise<StatusResult> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const change = newChange(ctx, row, now);
  const changeId = change.id;
  const setsOwner = !isClosed(row.status) && ownerId !== null && ownerId !== row.ownerId;
  await insertChange(tx, {
    ...change,
    setsOwner,
    toOwnerId: setsOwner ? ownerId : null,
    reason,
    note: note || null,
    state: "confirmed",
    finishedAt: now,
  });
  const { undoWindowMs: undoMs } = ctx.services;
  if (setsOwner && row.ownerId !== null)
    await queueAlertingWork(tx, organisationId, "taken_over", [changeId], newId, undoMs);
  const sequence = await updateDetection(tx, organisationId, row.id, {
    verdict: judgements[reason].verdict,
    reason,
    judgedBy: ctx.actor.name,
    judgedAt: now,
    judgedHow: howOf(ctx.actor),
    ...(setsOwner ? { ownerId, ownedSince: now } : {}),
  });
  const detail = { reason, status: row.status };
  await insertEvents(tx, organisationId, row.id, now, sequence, [
    {
      id: newId(),
      kind: "judged",
      actor: ctx.actor.name,
      source: sourceOf(ctx.actor),
      detail: { ...detail, changeId },
      note: note || null,
    },
  ]);
  await recordAudit(ctx, tx, triageVerbs.judge.audit, { kind: "detection", id: row.id }, detail);
  return { id: row.id, outcome: "judged", changeId, undoMs };
}
