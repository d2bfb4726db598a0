import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { z } from "zod";
import { retryIfRaced, type Transaction } from "#db/client.ts";
import { beginRounds } from "#db/queries/alerting/escalations.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { removeOutbox } from "#db/queries/triage/outbox.ts";
import {
  listChanges,
  type LockedDetection,
  lockDetections,
  moveChange,
  rewriteBefore,
  updateDetection,
  type ChangeRow,
} from "#db/queries/triage/decisions.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { bulkMax } from "#lib/domain/triage.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { actorId, authorise, type Context, inOwnOrganisation, sourceOf } from "#lib/core/context.ts";
import type { OwnerStep } from "./owner.ts";
import { columnsBefore, isReopenedMeanwhile, resumeIfUnowned, type TeamColumns } from "./team-state.ts";

const UndoInput = z.array(z.uuid()).min(1).max(bulkMax);

type UndoResult = { changeId: string; undone: boolean };

const perTransaction = 50;

/**
 * Undoes up to 500 decisions: pending status changes, and changes of the owner in the last seconds. Returns one result for each. `undone` is false if the change was sent,
 * doesn't exist, or belongs to a detection that the actor may not see. Throws ServiceError.
 */
export async function undoStatusChanges(ctx: Context, rawInput: unknown): Promise<UndoResult[]> {
  authorise(ctx, triageVerbs.undoStatus.permission);
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
    return await retryIfRaced(() =>
      inOwnOrganisation(ctx, async (tx) => {
        const changes = await listChanges(tx, ctx.actor.organisationId, part);
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
      }),
    );
  } catch (error) {
    ctx.services.log("status.undo_failed", { error });
    return part.map((changeId) => ({ changeId, undone: false }));
  }
}

async function undoOne(
  ctx: Context,
  tx: Transaction,
  change: ChangeRow,
  detection: LockedDetection,
): Promise<boolean> {
  const { organisationId } = ctx.actor;
  const { toStatus } = change;
  const now = ctx.services.now();
  const reverted = columnsBefore(change, detection);
  if (toStatus === null && !isOwnUndoable(ctx, change, reverted)) return false;
  const from = toStatus === null ? "confirmed" : "held";
  if (!(await moveChange(tx, organisationId, change.id, [from], "cancelled", { finishedAt: now })))
    return false;
  if (toStatus !== null) await removeOutbox(tx, organisationId, change.id);
  const isReopened = isReopenedMeanwhile(change, detection.status);
  if (isReopened) await beginRounds(tx, organisationId, [detection.id], newId);
  else await resumeIfUnowned(ctx.services, tx, { ...detection, ...reverted });
  await rewriteBefore(tx, organisationId, change);
  const sequence = await updateDetection(tx, organisationId, detection.id, {
    ...(toStatus === null
      ? {}
      : { pendingChangeId: null, pendingStatus: null, syncState: change.before?.isNotSaved ?? "idle" }),
    ...(isReopened ? {} : reverted),
    ...(change.comment === null ? {} : { commentCount: Math.max(0, detection.commentCount - 1) }),
  });
  const what = toStatus === null ? stepOf(change) : null;
  await insertEvents(tx, organisationId, detection.id, now, sequence, [
    {
      id: newId(),
      kind: what ? "owner_undone" : "status_undone",
      actor: ctx.actor.name,
      source: sourceOf(ctx.actor),
      detail: what ? { what } : { from: change.fromStatus, to: toStatus },
      note: null,
    },
  ]);
  const subject = { kind: "detection", id: detection.id };
  await recordAudit(
    ctx,
    tx,
    triageVerbs[what === null ? "undoStatus" : undoVerbOf(what)].audit,
    subject,
    what ? { what } : { to: toStatus },
  );
  return true;
}

/** how much longer than people see, because their press takes its time to arrive */
const graceMs = 2_000;

/**
 * Whether a change of the owner or of the verdict alone can be undone: by the person who made it, while Undo is possible, and unless somebody has
 * changed the owner since.
 */
function isOwnUndoable(ctx: Context, change: ChangeRow, reverted: Partial<TeamColumns>): boolean {
  const ageMs = ctx.services.now().getTime() - change.requestedAt.getTime();
  return (
    (change.comment !== null || reverted.ownedSince !== undefined || reverted.judgedAt !== undefined) &&
    change.requestedById === actorId(ctx.actor) &&
    ageMs < ctx.services.undoWindowMs + graceMs
  );
}

type OwnStep = OwnerStep | "judged" | "commented";

const undoVerbOf = (what: OwnStep) =>
  what === "commented" ? "undoComment" : what === "judged" ? "undoVerdict" : "undoOwner";

const stepOf = ({ toOwnerId, before, reason, comment }: ChangeRow): OwnStep => {
  if (comment !== null) return "commented";
  if (reason !== null) return "judged";
  return toOwnerId === null ? "released" : before?.ownerId ? "taken_over" : "acknowledged";
};
