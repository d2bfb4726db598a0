import { z } from "zod";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { updateDetection } from "#db/queries/triage/decisions.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, sourceOf } from "#lib/core/context.ts";
import { parseReference } from "#lib/domain/reference.ts";
import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { limited } from "#lib/schemas/limited.ts";
import { forEachLocked } from "./owner.ts";

const Input = z.object({ id: z.uuid(), reference: limited(2_000) });

/**
 * Sets what the team's ticket about a detection is called, or removes it if the text is empty. Returns the reference as stored.
 * Throws ServiceError: `invalid` if it is neither a ticket's number nor an https address, `not_found`.
 */
export async function setReference(ctx: Context, rawInput: unknown): Promise<{ reference: string | null }> {
  authorise(ctx, triageVerbs.reference.permission);
  const input = Input.safeParse(rawInput);
  const parsed = input.success ? parseReference(input.data.reference) : undefined;
  if (!input.success || parsed === undefined)
    throw new ServiceError("invalid", "Enter a ticket's number, such as INC0012345, or an https address.");
  const [isDone] = await forEachLocked(
    ctx,
    [input.data.id],
    async (tx, row) => {
      if (row.reference === parsed) return true;
      const { organisationId } = ctx.actor;
      const sequence = await updateDetection(tx, organisationId, row.id, { reference: parsed });
      await insertEvents(tx, organisationId, row.id, ctx.services.now(), sequence, [
        {
          id: newId(),
          kind: "referenced",
          actor: ctx.actor.name,
          source: sourceOf(ctx.actor),
          detail: { reference: parsed },
          note: null,
        },
      ]);
      const detail = { reference: parsed, before: row.reference };
      await recordAudit(ctx, tx, triageVerbs.reference.audit, { kind: "detection", id: row.id }, detail);
      return true;
    },
    () => false,
  );
  if (!isDone) throw new ServiceError("not_found", "This detection isn't here any more. Refresh the list.");
  return { reference: parsed };
}
