import { inOrganisation, type Transaction } from "#db/client.ts";
import { listRoles } from "#db/queries/identity/people.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { listOwnedBy, listOwners, type Owner } from "#db/queries/triage/owners.ts";
import { type LockedDetection, lockDetections, updateDetection } from "#db/queries/triage/decisions.ts";
import { listReadable } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import { roleAllows } from "#lib/domain/roles.ts";
import { newId } from "#lib/platform/ids.ts";
import { noOwner, resumeIfUnowned } from "./team-state.ts";

const perTransaction = 50;

/**
 * Takes back the acknowledgements of people who may not triage the detection any more: they left the team, were demoted, or
 * lost their access to its configuration. The escalation of each detection resumes. The worker calls this every minute, so no
 * way of losing access can be forgotten.
 */
export function releaseLostOwners(services: Services, signal: AbortSignal): Promise<void> {
  return forEachOrganisation(services, signal, "release_lost.failed", async (organisationId) => {
    const lost = await inOrganisation(services.db, organisationId, (tx) =>
      listLost(services, tx, organisationId),
    );
    for (const owner of lost)
      while (await releasePart(services, organisationId, owner)) signal.throwIfAborted();
  });
}

/** Lists the owners who may not triage or not see what they own. */
async function listLost(services: Services, tx: Transaction, organisationId: string): Promise<Owner[]> {
  const owners = await listOwners(tx, organisationId);
  const userIds = [...new Set(owners.map(({ userId }) => userId))];
  if (userIds.length === 0) return [];
  const roles = await listRoles(tx, organisationId, userIds);
  const { readableOf } = await listReadable(services, tx, organisationId, userIds);
  const readable = new Map(userIds.map((userId) => [userId, new Set(readableOf(userId))]));
  return owners.filter(({ userId, configurationId }) => {
    const role = roles.get(userId);
    return !role || !roleAllows(role, "detections.triage") || !readable.get(userId)?.has(configurationId);
  });
}

/** Releases up to 50 detections of one owner in one transaction. Returns whether there may be more. */
async function releasePart(services: Services, organisationId: string, owner: Owner): Promise<boolean> {
  return inOrganisation(services.db, organisationId, async (tx) => {
    const ids = await listOwnedBy(tx, organisationId, owner, perTransaction);
    const rows = await lockDetections(tx, organisationId, ids, null);
    // someone else may own it by now
    const ours = rows.filter(({ ownerId }) => ownerId === owner.userId);
    for (const row of ours) await resumeIfUnowned(services, tx, { ...row, ...noOwner });
    for (const row of ours) await release(services, tx, row);
    return ours.length === perTransaction;
  });
}

async function release(services: Services, tx: Transaction, row: LockedDetection): Promise<void> {
  const { organisationId, id, ownerName } = row;
  const sequence = await updateDetection(tx, organisationId, id, noOwner);
  await insertEvents(tx, organisationId, id, services.now(), sequence, [
    {
      id: newId(),
      kind: "owner_lost",
      actor: "PocketSOC",
      source: "worker",
      detail: { person: ownerName ?? "" },
      note: null,
    },
  ]);
}
