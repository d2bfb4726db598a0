import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { authorise, type Context } from "#lib/core/context.ts";
import { forEachLocked, keepOwner, parseIds, personOf, writeOwner } from "./owner.ts";

export type AcknowledgeResult =
  /** `undoMs`: for this number of ms, the acknowledgement can be undone */
  | { id: string; outcome: "acknowledged"; by: string; changeId: string; undoMs: number }
  | { id: string; outcome: "already"; by: string | null }
  | { id: string; outcome: "not_found"; by: null };

/**
 * Acknowledges up to 500 detections for the actor, who owns them from then on, without a call to the vendor. For one that the
 * actor owns already, the time in which an owner may be silent begins anew. Returns one
 * result for each id, in the order of the request. The result for a detection that the actor may not see is `not_found`.
 * Throws ServiceError.
 */
export async function acknowledgeDetections(ctx: Context, rawInput: unknown): Promise<AcknowledgeResult[]> {
  authorise(ctx, triageVerbs.acknowledge.permission);
  const ids = parseIds(rawInput);
  const userId = personOf(ctx);
  return forEachLocked<AcknowledgeResult>(
    ctx,
    ids,
    async (tx, row) => {
      if (row.ownerId === userId) await keepOwner(ctx, tx, row);
      if (row.ownerId) return { id: row.id, outcome: "already", by: row.ownerName };
      const changeId = await writeOwner(ctx, tx, row, userId, "acknowledged");
      const { undoWindowMs: undoMs } = ctx.services;
      return { id: row.id, outcome: "acknowledged", by: ctx.actor.name, changeId, undoMs };
    },
    (id) => ({ id, outcome: "not_found", by: null }),
  );
}
