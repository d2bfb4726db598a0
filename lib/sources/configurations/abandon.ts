import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { insertAbandonedRun, isAbandonedRun } from "#db/queries/sources/abandoned-runs.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

const RunId = z.uuid();

/**
 * Says that the page of a check was left: what it would save is not saved any more. A browser that goes to
 * another page of ours keeps the stream's connection, so the server doesn't see it by itself.
 */
export async function abandonRun(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "detections.read");
  const id = RunId.safeParse(rawId);
  if (!id.success) throw new ServiceError("invalid", "That isn't the id of a check.");
  await inOwnOrganisation(ctx, (tx) => insertAbandonedRun(tx, ctx.actor.organisationId, id.data));
}

/** Before anything is saved at the end of a check: throws when its page was left meanwhile. */
export async function refuseAbandoned(ctx: Context, tx: Transaction, rawId: unknown): Promise<void> {
  const id = RunId.safeParse(rawId);
  if (id.success && (await isAbandonedRun(tx, ctx.actor.organisationId, id.data)))
    throw new ServiceError("conflict", "The page was left meanwhile, so nothing was saved.");
}
