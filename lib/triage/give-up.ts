import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { updateDetection } from "#db/queries/triage/decisions.ts";
import { newId } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, sourceOf } from "#lib/core/context.ts";
import { forEachLocked, parseIds } from "./owner.ts";

export type GiveUpResult = { id: string; outcome: "given_up" | "nothing" | "not_found" };

/**
 * Gives up the changes that the vendors didn't save, of up to 500 detections, so that these are no longer marked. The detections
 * stay as they are. Throws ServiceError.
 */
export async function giveUpChanges(ctx: Context, rawInput: unknown): Promise<GiveUpResult[]> {
  authorise(ctx, triageVerbs.giveUp.permission);
  return forEachLocked<GiveUpResult>(
    ctx,
    parseIds(rawInput),
    async (tx, row) => {
      const isNotSaved = row.syncState === "failed" || row.syncState === "diverged";
      if (!isNotSaved) return { id: row.id, outcome: "nothing" };
      const { organisationId } = ctx.actor;
      const sequence = await updateDetection(tx, organisationId, row.id, { syncState: "idle" });
      await insertEvents(tx, organisationId, row.id, ctx.services.now(), sequence, [
        {
          id: newId(),
          kind: "change_given_up",
          actor: ctx.actor.name,
          source: sourceOf(ctx.actor),
          detail: {},
          note: null,
        },
      ]);
      await recordAudit(ctx, tx, triageVerbs.giveUp.audit, { kind: "detection", id: row.id });
      return { id: row.id, outcome: "given_up" };
    },
    (id) => ({ id, outcome: "not_found" }),
  );
}
