import { z } from "zod";
import { insertEvents } from "#db/queries/detection-writes.ts";
import { removeOutbox } from "#db/queries/leases.ts";
import {
  getStatusChange,
  lockDetections,
  moveStatusChange,
  setOnDetection,
} from "#db/queries/status-changes.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { bulkMax } from "#lib/schemas/detections.ts";
import { recordAudit } from "../audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "../context.ts";

const UndoInput = z.array(z.uuid()).min(1).max(bulkMax);

export type UndoResult = { changeId: string; undone: boolean };

/** Takes changes back that are still held; one that was sent meanwhile stays, and says so. */
export async function undoStatusChanges(ctx: Context, rawInput: unknown): Promise<UndoResult[]> {
  authorise(ctx, "detections.triage");
  const parsed = UndoInput.safeParse(rawInput);
  if (!parsed.success) throw new ServiceError("invalid", "There is nothing to undo.");
  const results: UndoResult[] = [];
  for (const changeId of parsed.data) results.push({ changeId, undone: await undoOne(ctx, changeId) });
  return results;
}

function undoOne(ctx: Context, changeId: string): Promise<boolean> {
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const change = await getStatusChange(tx, organisationId, changeId);
    if (!change) return false;
    const [row] = await lockDetections(tx, organisationId, [change.detectionId]);
    const now = ctx.services.now();
    if (
      !row ||
      !(await moveStatusChange(tx, organisationId, changeId, ["held"], "cancelled", { finishedAt: now }))
    ) {
      return false;
    }
    await removeOutbox(tx, organisationId, changeId);
    const sequence = await setOnDetection(tx, organisationId, row.id, {
      pendingChangeId: null,
      pendingStatus: null,
      syncState: "idle",
    });
    await insertEvents(tx, organisationId, row.id, now, sequence, [
      {
        id: newId(),
        kind: "status_undone",
        actor: ctx.actor.name,
        source: "portal",
        detail: { from: change.fromStatus, to: change.toStatus },
        note: null,
      },
    ]);
    await recordAudit(
      ctx,
      tx,
      "detection.status_undone",
      { kind: "detection", id: row.id },
      { to: change.toStatus },
    );
    return true;
  });
}
