import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { insertChange, type LockedDetection, updateDetection } from "#db/queries/triage/decisions.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, sourceOf } from "#lib/core/context.ts";
import { commentLengthMax } from "#lib/domain/triage.ts";
import { shownText } from "#lib/domain/text.ts";
import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { newId } from "#lib/platform/ids.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { limited } from "#lib/schemas/limited.ts";
import { forEachLocked } from "./owner.ts";
import { newChange } from "./new-change.ts";

const Input = z.object({
  id: z.uuid(),
  text: limited(commentLengthMax, undefined, z.string().trim())
    .transform((text) => shownText(text, commentLengthMax))
    .pipe(z.string().min(1)),
});

/** `undoMs`: for this number of ms, the comment can be taken back */
export type CommentResult = { id: string; changeId: string; undoMs: number };

/**
 * Adds a comment to a detection. It changes neither status nor owner; an owner's comment counts as activity. Throws
 * ServiceError: `invalid`, `not_found`.
 */
export async function commentOnDetection(ctx: Context, rawInput: unknown): Promise<CommentResult> {
  authorise(ctx, triageVerbs.comment.permission);
  const input = Input.safeParse(rawInput);
  if (!input.success)
    throw new ServiceError("invalid", `A comment has between 1 and ${commentLengthMax} characters.`);
  const { id, text } = input.data;
  const [result] = await forEachLocked<CommentResult | null>(
    ctx,
    [id],
    (tx, row) => write(ctx, tx, row, text),
    () => null,
  );
  if (!result) throw new ServiceError("not_found", "This detection isn't here any more. Refresh the list.");
  return result;
}

async function write(
  ctx: Context,
  tx: Transaction,
  row: LockedDetection,
  text: string,
): Promise<CommentResult> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const { undoWindowMs: undoMs } = ctx.services;
  const change = newChange(ctx, row, now);
  await insertChange(tx, {
    ...change,
    comment: text,
    state: "confirmed",
    finishedAt: now,
  });
  const sequence = await updateDetection(tx, organisationId, row.id, { commentCount: row.commentCount + 1 });
  await insertEvents(tx, organisationId, row.id, now, sequence, [
    {
      id: newId(),
      kind: "commented",
      actor: ctx.actor.name,
      source: sourceOf(ctx.actor),
      // the text stays in the change, which can be taken back
      detail: { changeId: change.id },
      note: null,
    },
  ]);
  await recordAudit(ctx, tx, triageVerbs.comment.audit, { kind: "detection", id: row.id });
  return { id: row.id, changeId: change.id, undoMs };
}
