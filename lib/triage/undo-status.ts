import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { beginRounds } from "#db/queries/alerting/escalations.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { removeOutbox } from "#db/queries/triage/outbox.ts";
import {
  listStatusChanges,
  type LockedDetection,
  lockDetections,
  moveStatusChange,
  updateDetection,
  type StatusChangeRow,
} from "#db/queries/triage/status-changes.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { bulkMax } from "#lib/domain/triage.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation, sourceOf } from "#lib/core/context.ts";
import { isReopenedMeanwhile, resumeIfUnowned, withoutAcknowledgementOf } from "./acknowledgement.ts";

const UndoInput = z.array(z.uuid()).min(1).max(bulkMax);

type UndoResult = { changeId: string; undone: boolean };

const perTransaction = 50;

/**
 * Undoes up to 500 pending status changes. Returns one result for each. `undone` is false if the change was sent,
 * doesn't exist, or belongs to a detection that the actor may not see. Throws ServiceError.
 */
export async function undoStatusChanges(ctx: Context, rawInput: unknown): Promise<UndoResult[]> {
  authorise(ctx, "detections.triage");
  const parsed = UndoInput.safeParse(rawInput);
  if (!parsed.success) throw new ServiceError("invalid", "There is nothing to undo.");
  const ids = [...new Set(parsed.data)];
  const results: UndoResult[] = [];
  for (let at = 0; at < ids.length; at += perTransaction) {
    const part = ids.slice(at, at + perTransaction);
    results.push(...(await undoPart(ctx, part)));
  }
  return results;
}

/** Undoes the status changes of one transaction. If the transaction fails, none of them is undone. */
async function undoPart(ctx: Context, part: string[]): Promise<UndoResult[]> {
  try {
    return await inOwnOrganisation(ctx, async (tx) => {
      const changes = await listStatusChanges(tx, ctx.actor.organisationId, part);
      const rows = await lockDetections(
        tx,
        ctx.actor.organisationId,
        changes.map((change) => change.detectionId),
        readableIds(await listAccess(ctx, tx)),
      );
      const undone = new Set<string>();
      for (const change of changes) {
        const row = rows.find(({ id }) => id === change.detectionId);
        if (row && (await undoOne(ctx, tx, change, row))) undone.add(change.id);
      }
      return part.map((changeId) => ({ changeId, undone: undone.has(changeId) }));
    });
  } catch (error) {
    ctx.services.log("status.undo_failed", { error });
    return part.map((changeId) => ({ changeId, undone: false }));
  }
}

async function undoOne(
  ctx: Context,
  tx: Transaction,
  change: StatusChangeRow,
  detection: LockedDetection,
): Promise<boolean> {
  const { id: detectionId } = detection;
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  if (!(await moveStatusChange(tx, organisationId, change.id, ["held"], "cancelled", { finishedAt: now })))
    return false;
  await removeOutbox(tx, organisationId, change.id);
  const reverted = withoutAcknowledgementOf(change, detection);
  if (isReopenedMeanwhile(change, detection.status))
    await beginRounds(tx, organisationId, [detectionId], newId);
  else await resumeIfUnowned(ctx.services, tx, { ...detection, ...reverted });
  const sequence = await updateDetection(tx, organisationId, detectionId, {
    pendingChangeId: null,
    pendingStatus: null,
    syncState: "idle",
    ...reverted,
  });
  await insertEvents(tx, organisationId, detectionId, now, sequence, [
    {
      id: newId(),
      kind: "status_undone",
      actor: ctx.actor.name,
      source: sourceOf(ctx.actor),
      detail: { from: change.fromStatus, to: change.toStatus },
      note: null,
    },
  ]);
  const subject = { kind: "detection", id: detectionId };
  await recordAudit(ctx, tx, "detection.status_undone", subject, { to: change.toStatus });
  return true;
}
