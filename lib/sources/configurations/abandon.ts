import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { insertAbandonedRun, isAbandonedRun } from "#db/queries/sources/abandoned-runs.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

const RunId = z.uuid();

/**
 * Records that the person left the page of a running check, so that the check saves nothing. Throws ServiceError
 * `invalid`.
 */
export async function abandonRun(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "detections.read");
  const id = RunId.safeParse(rawId);
  if (!id.success) throw new ServiceError("invalid", "That isn't the id of a check.");
  await inOwnOrganisation(ctx, (tx) => insertAbandonedRun(tx, ctx.actor.organisationId, id.data));
}

/**
 * Throws ServiceError `conflict` if the person has left the page of the check. Call it before the check saves anything.
 */
export async function refuseAbandoned(ctx: Context, tx: Transaction, rawId: unknown): Promise<void> {
  const id = RunId.safeParse(rawId);
  if (id.success && (await isAbandonedRun(tx, ctx.actor.organisationId, id.data)))
    throw new ServiceError("conflict", "The page was left meanwhile, so nothing was saved.");
}
