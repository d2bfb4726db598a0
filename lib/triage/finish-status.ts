import { inOrganisation, type Transaction } from "#db/client.ts";
import { beginRounds } from "#db/queries/alerting/escalations.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { type OutboxLease, outboxLeases } from "#db/queries/triage/outbox.ts";
import {
  listSourceStates,
  lockDetections,
  moveChange,
  rewriteBefore,
  setVendorStatus,
  updateDetection,
} from "#db/queries/triage/decisions.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import type { Services } from "#lib/core/context.ts";
import type { ChangeReason } from "#lib/domain/notification.ts";
import { isReopening } from "#lib/domain/status.ts";
import { newId } from "#lib/platform/ids.ts";
import { columnsBefore, columnsOf, isReopenedMeanwhile, resumeIfUnowned } from "./team-state.ts";
import type { Ending, Work } from "./write-back.ts";

/**
 * Records how a change ended, with what the vendor holds now, and takes it out of the outbox. Writes nothing if another worker
 * has taken the lease over. `provider` names who ended it in the timeline.
 */
// long: all that an ending writes, in one transaction
export function finishStatusChange(
  services: Services,
  lease: OutboxLease,
  { change, account, provider }: Pick<Work, "change" | "account"> & { provider: string },
  ending: Ending,
): Promise<void> {
  const { organisationId } = lease;
  return inOrganisation(services.db, organisationId, async (tx: Transaction) => {
    const [row] = await lockDetections(tx, organisationId, [change.detectionId], null);
    // the lease was lost: the worker that took it over records the ending
    if (!(await outboxLeases.remove(tx, lease))) return;
    const now = services.now();
    const { message, remedy, requestId } = ending;
    const moved = await moveChange(tx, organisationId, change.id, ["held", "sending"], ending.state, {
      finishedAt: now,
      message,
      remedy,
      requestId,
    });
    if (!row || !moved) return;
    const isPending = row.pendingChangeId === change.id;
    const source = (await listSourceStates(tx, organisationId, [row.id])).get(row.id);
    const { holds, read } = ending;
    const newerState =
      holds && read && source && read.ticket >= source.readTicket
        ? { vendorStatus: holds.status, readTicket: read.ticket, readAt: read.at }
        : null;
    const status = newerState?.vendorStatus ?? row.status;
    const team = ending.state === "confirmed" ? columnsOf(change, row) : columnsBefore(change, row);
    if (ending.state !== "confirmed") await rewriteBefore(tx, organisationId, change);
    // nobody here reopened it
    const isReopened =
      ending.state !== "confirmed" &&
      (isReopening(row.status, status) || (isPending && isReopenedMeanwhile(change, status)));
    if (isReopened) await beginRounds(tx, organisationId, [row.id], newId);
    else await resumeIfUnowned(services, tx, { ...row, ...team, status });
    const concerns = concernOf(change, ending);
    if (concerns) await queueAlertingWork(tx, organisationId, concerns, [change.id], newId);
    const sequence = await updateDetection(tx, organisationId, row.id, {
      ...(isPending ? { pendingChangeId: null, pendingStatus: null, syncState: ending.state } : {}),
      ...(newerState ? { status: newerState.vendorStatus } : {}),
      ...(isReopened ? {} : team),
    });
    if (newerState) await setVendorStatus(tx, organisationId, row.id, newerState);
    await insertEvents(tx, organisationId, row.id, now, sequence, [
      {
        id: newId(),
        kind: `status_${ending.state}`,
        actor: provider,
        source: "vendor",
        detail: {
          from: change.fromStatus,
          to: change.toStatus,
          holds: ending.holds?.status ?? null,
          message,
          remedy,
          requestId,
          askedBy: change.requestedBy,
          ...(account ? { as: account.signInName } : {}),
        },
        note: null,
      },
    ]);
    const ctx = { services, actor: { kind: "system", name: "PocketSOC", organisationId } } as const;
    await recordAudit(
      ctx,
      tx,
      `detection.status_${ending.state}`,
      { kind: "detection", id: row.id },
      {
        from: change.fromStatus,
        to: change.toStatus,
        holds: ending.holds?.status ?? null,
        askedBy: change.requestedBy,
        requestId,
        ...(account ? { as: account.signInName } : {}),
      },
    );
  });
}

/** Why somebody is told of a change that has ended: its maker, because it isn't saved, or whoever lost an alert by it. */
function concernOf(
  { before, toOwnerId, requestedById }: Work["change"],
  ending: Ending,
): ChangeReason | null {
  if (ending.state !== "confirmed") return requestedById === null ? null : "not_saved";
  return before?.ownerId && toOwnerId && before.ownerId !== toOwnerId ? "taken_over" : null;
}
