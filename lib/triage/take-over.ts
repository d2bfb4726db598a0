import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { z } from "zod";
import { bulkMax } from "#lib/domain/triage.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { authorise, type Context } from "#lib/core/context.ts";
import { forEachLocked, personOf, writeOwner } from "./owner.ts";

const Input = z
  .array(z.object({ id: z.uuid(), from: z.uuid().nullable() }))
  .min(1)
  .max(bulkMax);

export type OwnerResult =
  /** `undoMs`: for this number of ms, the step can be undone */
  | { id: string; outcome: "done"; changeId: string; undoMs: number }
  | { id: string; outcome: "refused"; code: "not_found" | "conflict" | "not_allowed"; message: string };

/** Returns the result for a detection that the actor may not see, or that doesn't exist. */
export const ownerNotFound = (id: string): OwnerResult => ({
  id,
  outcome: "refused",
  code: "not_found",
  message: "This detection isn't here any more. Refresh the list.",
});

/**
 * Makes the actor the owner of up to 500 detections, whoever owns them now. `from` is the owner that the person saw, null for
 * nobody. A result is `refused` if another person owns the detection by now. The escalation stays stopped. Throws ServiceError.
 */
export async function takeOverDetections(ctx: Context, rawInput: unknown): Promise<OwnerResult[]> {
  authorise(ctx, triageVerbs.takeOver.permission);
  const parsed = Input.safeParse(rawInput);
  if (!parsed.success) throw new ServiceError("invalid", `Choose between 1 and ${bulkMax} detections.`);
  const userId = personOf(ctx);
  const seen = new Map(parsed.data.map(({ id, from }) => [id, from]));
  return forEachLocked<OwnerResult>(
    ctx,
    [...seen.keys()],
    async (tx, row) => {
      if (row.ownerId === userId)
        return { id: row.id, outcome: "refused", code: "conflict", message: "You own it already." };
      if (row.ownerId !== (seen.get(row.id) ?? null))
        return {
          id: row.id,
          outcome: "refused",
          code: "conflict",
          message: `${row.ownerName ?? "Nobody"} owns it by now. Look at it again, then decide.`,
        };
      const what = row.ownerId === null ? "acknowledged" : "taken_over";
      const changeId = await writeOwner(ctx, tx, row, userId, what);
      return { id: row.id, outcome: "done", changeId, undoMs: ctx.services.undoWindowMs };
    },
    ownerNotFound,
  );
}
