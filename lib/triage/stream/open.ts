import { inOrganisation } from "#db/client.ts";
import { getChangeTime, getLastChange } from "#db/queries/triage/changes.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { tombstonesKeptMs } from "#lib/domain/triage.ts";
import { authorise, type Context } from "#lib/core/context.ts";
import { type Hub, streamsOfOneMax } from "./hub.ts";
import type { Credential } from "./watcher.ts";

/** is subtracted from the time for which tombstones are kept, because clocks may differ */
const marginMs = 3_600_000;

/**
 * Opens a stream of the changes that the actor may see. The stream begins after change number `after`, or now if
 * `after` is null. It begins with a `reset` if tombstones after `after` may be missing. Returns null if the person
 * already has ten streams. Throws ServiceError `forbidden`, or `unavailable` while the process is ending.
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
    // from 0 everything is read anyway, and a client at the end has missed nothing
    const isComplete = after === null || after === 0 || after === end;
    if (isComplete || after > end) return { last: end, known: isComplete };
    const at = await getChangeTime(tx, organisationId, after);
    const oldest = services.now().getTime() - tombstonesKeptMs + marginMs;
    return { last: end, known: at !== null && at.getTime() > oldest };
  });
  // counted without an await before the stream opens, so that no other request comes between
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
