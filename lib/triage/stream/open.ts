import { inOrganisation } from "#db/client.ts";
import { getChangeTime, getLastChange } from "#db/queries/triage/changes.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { tombstonesKeptMs } from "#lib/domain/triage.ts";
import { authorise, type Context } from "#lib/core/context.ts";
import { type Hub, streamsOfOneMax } from "./hub.ts";
import type { Credential } from "./watcher.ts";

/** deletions this much younger than what is forgotten are surely kept: no clock is exact */
const marginMs = 3_600_000;

/**
 * A stream of what changes in the actor's organisation and they may see, after change number `after`, or from
 * now on; null when the person has ten already. Throws `forbidden`, and `unavailable` when the process is ending.
 */
export async function openStream(
  ctx: Context,
  hub: Hub,
  { after, credential }: { after: number | null; credential: Credential },
): Promise<ReadableStream<Uint8Array> | null> {
  authorise(ctx, "detections.read");
  const { actor, services } = ctx;
  if (actor.kind !== "user") throw new ServiceError("forbidden", "Streams are for people and their tokens.");
  const { organisationId, userId, role } = actor;
  const { last, known } = await inOrganisation(services.db, organisationId, async (tx) => {
    const end = await getLastChange(tx, organisationId);
    // 0 is the very beginning, and who is at the end has missed nothing
    const whole = after === null || after === 0 || after === end;
    if (whole || after > end) return { last: end, known: whole };
    const at = await getChangeTime(tx, organisationId, after);
    const oldest = services.now().getTime() - tombstonesKeptMs + marginMs;
    return { last: end, known: at !== null && at.getTime() > oldest };
  });
  // counted where no other request can come between
  if (hub.countOf(userId) >= streamsOfOneMax) return null;
  const watcher = hub.open({
    organisationId,
    userId,
    role,
    credential,
    after: known ? (after ?? last) : last,
  });
  if (!known) watcher.reset(last);
  return watcher.body;
}
