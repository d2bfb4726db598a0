import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { insertAbandonedRun, isAbandonedRun } from "#db/queries/sources/abandoned-runs.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

const RunId = z.uuid();

/**
 * Records that the person left a page while its check runs, so that the check saves nothing. The server can't notice that
 * itself: a browser that opens another page of the portal keeps the stream connected. Throws ServiceError `invalid`.
 */
export async function abandonRun(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "detections.read");
  const id = RunId.safeParse(rawId);
  if (!id.success) throw new ServiceError("invalid", "That isn't the id of a check.");
  await inOwnOrganisation(ctx, (tx) => insertAbandonedRun(tx, ctx.actor.organisationId, id.data));
}

/**
 * Throws ServiceError `conflict` if the person has left the page of the check. A check calls this before it saves anything.
 */
export async function refuseAbandoned(ctx: Context, tx: Transaction, rawId: unknown): Promise<void> {
  const id = RunId.safeParse(rawId);
  if (id.success && (await isAbandonedRun(tx, ctx.actor.organisationId, id.data)))
    throw new ServiceError("conflict", "The page was left meanwhile, so nothing was saved.");
}
