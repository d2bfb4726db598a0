import { inOrganisation, type Transaction } from "#db/client.ts";
import { beginRounds } from "#db/queries/alerting/escalations.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { requeueAlertingWork } from "#db/queries/alerting/queue.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { type LockedDetection, lockDetections, updateDetection } from "#db/queries/triage/decisions.ts";
import { listSilent, setReminded } from "#db/queries/triage/silence.ts";
import type { Services } from "#lib/core/context.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import { type NotificationPolicy, remindAfterMinutes } from "#lib/domain/notification-policy.ts";
import { newId } from "#lib/platform/ids.ts";
import { noOwner } from "./team-state.ts";

const perTransaction = 50;

/**
 * Watches the owners of Active High alerts: reminds one who has decided nothing for a while, and takes the alert back a few minutes
 * later, so that it needs triage and notifies like a new one. Any decision, and acknowledging once more, begins the time
 * anew. The worker calls this every minute. Does nothing where the organisation's rules say 0 minutes.
 */
export function watchSilentOwners(services: Services, signal: AbortSignal): Promise<void> {
  return forEachOrganisation(services, signal, "watch_silence.failed", async (organisationId) => {
    const policy = await inOrganisation(services.db, organisationId, (tx) => getPolicy(tx, organisationId));
    if (policy.silentMinutes === 0) return;
    while (await takeBack(services, organisationId, policy)) signal.throwIfAborted();
    while (await remind(services, organisationId, policy)) signal.throwIfAborted();
  });
}

const minutesAgo = (services: Services, minutes: number) =>
  new Date(services.now().getTime() - minutes * 60_000);

/** Takes up to 50 alerts back from silent owners in one transaction. Returns whether there may be more. */
function takeBack(
  services: Services,
  organisationId: string,
  { silentMinutes }: NotificationPolicy,
): Promise<boolean> {
  const options = { before: minutesAgo(services, silentMinutes), unreminded: false, limit: perTransaction };
  return inOrganisation(services.db, organisationId, async (tx) => {
    const found = await listSilent(tx, organisationId, options);
    const ids = found.map(({ id }) => id);
    const rows = new Map((await lockDetections(tx, organisationId, ids, null)).map((row) => [row.id, row]));
    // somebody may have decided before they were locked
    const still = (await listSilent(tx, organisationId, options)).flatMap(({ id }) => rows.get(id) ?? []);
    await beginRounds(
      tx,
      organisationId,
      still.map(({ id }) => id),
      newId,
    );
    for (const row of still) await writeSilence(services, tx, row, silentMinutes);
    return still.length > 0 && found.length === perTransaction;
  });
}

async function writeSilence(
  services: Services,
  tx: Transaction,
  { organisationId, id, ownerId, ownerName }: LockedDetection,
  minutes: number,
): Promise<void> {
  const sequence = await updateDetection(tx, organisationId, id, { ...noOwner, silentOwnerId: ownerId });
  await insertEvents(tx, organisationId, id, services.now(), sequence, [
    {
      id: newId(),
      kind: "owner_silent",
      actor: "PocketSOC",
      source: "worker",
      detail: { person: ownerName ?? "", minutes },
      note: null,
    },
  ]);
}

/** Reminds the owners of up to 50 alerts in one transaction. Returns whether there may be more. */
function remind(services: Services, organisationId: string, policy: NotificationPolicy): Promise<boolean> {
  const before = minutesAgo(services, remindAfterMinutes(policy));
  return inOrganisation(services.db, organisationId, async (tx) => {
    const found = await listSilent(tx, organisationId, { before, unreminded: true, limit: perTransaction });
    if (found.length === 0) return false;
    for (const { changeId } of found)
      await requeueAlertingWork(tx, organisationId, "silent", changeId, newId, 0);
    await setReminded(
      tx,
      organisationId,
      found.map(({ id }) => id),
      services.now(),
    );
    return found.length === perTransaction;
  });
}
