import { inOrganisation, type Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/ingest/detection-writes.ts";
import { getDetectionRow } from "#db/queries/triage/detections.ts";
import { takeReadTicket } from "#db/queries/ingest/read-tickets.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { fromNow } from "#db/leased.ts";
import {
  leaseDueStatusChanges,
  type OutboxLease,
  outboxLeases,
  removeOutbox,
} from "#db/queries/triage/outbox.ts";
import {
  getStatusChange,
  lockDetections,
  moveStatusChange,
  setOnDetection,
} from "#db/queries/triage/status-changes.ts";
import { type Backoff, backoffMs } from "#lib/domain/backoff.ts";
import { newId } from "#lib/platform/ids.ts";
import type { VendorIo } from "#lib/vendors/contract.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { problemFrom, recordAnswer, recordVendorPermissions } from "#lib/sources/accounts/outcome.ts";
import { writerOf } from "#lib/sources/accounts/writer.ts";
import type { Services } from "#lib/core/context.ts";
import { vendorIo } from "#lib/core/vendor-io.ts";
import { keepLease } from "#lib/core/work.ts";
import { type Ending, look, type Ready, type Work, writeAndReadBack } from "./write-back.ts";

const sendLeaseMs = 90_000;
const attemptsMax = 10;
const backoff: Backoff = { firstMs: 2_000, maxMs: 120_000 };

/** Leases up to `limit` status changes whose time for Undo is over. */
export const leaseStatusChanges = (services: Services, limit: number): Promise<OutboxLease[]> =>
  leaseDueStatusChanges(services.db, sendLeaseMs, limit);

/**
 * Sends one leased status change and reads it back. Looks before it writes, so that a retry after a crash
 * or a time-out never writes twice and never overwrites what someone else decided in Azure. Ends as
 * confirmed, diverged or failed, or is put off when trying again can help.
 */
export async function sendStatusChange(
  services: Services,
  lease: OutboxLease,
  signal: AbortSignal,
): Promise<void> {
  await keepLease(services, outboxLeases, lease, sendLeaseMs, async () => {
    const work = await begin(services, lease);
    if (!work) return;
    const ending = await send(services, lease, work, signal);
    if (ending) await finish(services, lease, work, ending);
  });
}

/** The change's ending; null when it was put off. */
async function send(
  services: Services,
  lease: OutboxLease,
  work: Work,
  signal: AbortSignal,
): Promise<Ending | null> {
  const { target } = work;
  if (work.disabledName !== null) {
    return {
      ...unread(),
      message: `“${work.disabledName}” was disabled before Azure confirmed the change.`,
      remedy: "Once an admin has enabled it again, refresh to see what Azure holds, then decide.",
    };
  }
  if ("problem" in target) return { ...unread(), ...target.problem };
  const ready = { ...work, target };
  const io = ioOf(services, work, signal);
  if ("problem" in io) return { ...unread(), ...io.problem };
  try {
    const ending = await writeAndReadBack(ready, io);
    if (work.connection) {
      await recordAnswer(services, work.connection, null);
      if (ending.requestId) await recordVendorPermissions(services, work.connection, null);
    }
    return ending;
  } catch (error) {
    if (signal.aborted) {
      await postpone(services, lease, 0);
      return null;
    }
    const problem = problemFrom(error);
    if (problem && work.connection) {
      await recordAnswer(services, work.connection, problem);
      if (problem.code === "role_missing_write")
        await recordVendorPermissions(services, work.connection, "no");
    }
    if (!problem) services.log("status.send_failed", { changeId: lease.changeId, error });
    const passes = !problem || problem.transient;
    if (passes && lease.attempts < attemptsMax) {
      const askedMs = problem?.retryAfterMs ?? 0;
      await postpone(services, lease, backoffMs(backoff, lease.attempts, Math.random, askedMs));
      return null;
    }
    return {
      ...((await lastLook(ready, io)) ?? unread()),
      state: "failed",
      message: problem?.message ?? "The change could not be sent for a reason of our own; the log has it.",
      remedy: passes
        ? `It was tried ${lease.attempts} times and is given up. Ask for it once more when the trouble is over.`
        : (problem?.remedy ?? null),
      requestId: problem?.requestId ?? null,
    };
  }
}

function ioOf(services: Services, { vendor, cloud }: Work, signal: AbortSignal) {
  try {
    return vendorIo(services, { vendor: vendor.manifest.id, cloud }, signal);
  } catch (error) {
    const problem = problemFrom(error);
    if (!problem) throw error;
    return { problem };
  }
}

/** The beginning of an ending without an answer of Azure's. */
const unread = () => ({ state: "failed", holds: null, read: null, requestId: null }) as const;

/** What Azure holds after a failure, where it can be asked: a write that failed may still have been heard. */
async function lastLook(work: Ready, io: VendorIo): Promise<Awaited<ReturnType<typeof look>> | null> {
  try {
    return await look(work, io);
  } catch (error) {
    io.log("status.last_look_failed", { changeId: work.change.id, error });
    return null;
  }
}

function postpone(services: Services, lease: OutboxLease, dueInMs: number): Promise<boolean> {
  return outboxLeases.release(services.db, lease, fromNow(dueInMs));
}

/** From here on Undo comes too late. Returns null when there is nothing to send any more. */
function begin(services: Services, lease: OutboxLease): Promise<Work | null> {
  const { organisationId, changeId } = lease;
  return inOrganisation(services.db, organisationId, async (tx) => {
    const asked = await getStatusChange(tx, organisationId, changeId);
    // the detection first: whoever touches both locks them in this order
    if (asked) await lockDetections(tx, organisationId, [asked.detectionId], null);
    const change = await getStatusChange(tx, organisationId, changeId);
    const found = change && (await getDetectionRow(tx, organisationId, change.detectionId));
    const held = change && (await getConfiguration(tx, organisationId, change.configurationId));
    if (!change || !found || !held || !["held", "sending"].includes(change.state)) {
      await removeOutbox(tx, organisationId, changeId);
      return null;
    }
    const attemptedAt = services.now();
    if (
      !(await moveStatusChange(tx, organisationId, changeId, ["held", "sending"], "sending", { attemptedAt }))
    )
      return null;
    await setOnDetection(tx, organisationId, change.detectionId, { syncState: "sending" });
    const { normalised } = found.payload;
    const { configuration } = held;
    const writer = await writerOf(services, tx, held, change.requestedById);
    if ("problem" in writer)
      services.log("status.no_writer", { configurationId: configuration.id, code: writer.problem.code });
    const { subscriptionId, cloud } = configuration;
    return {
      change,
      takeReadTicket: () => takeReadTicket(services.db),
      pushedOnly: !found.detection.firstPolledAt,
      vendor: getVendor(configuration.vendor),
      cloud,
      disabledName: configuration.disabledAt ? configuration.displayName : null,
      connection: "connection" in writer ? writer.connection : null,
      target: "problem" in writer ? writer : { credential: writer.credential, subscriptionId },
      address: {
        subscriptionId: held.configuration.subscriptionId,
        location: normalised.location ?? "",
        alertId: normalised.vendorAlertId,
      },
    };
  });
}

function finish(services: Services, lease: OutboxLease, work: Work, ending: Ending): Promise<void> {
  const { organisationId } = lease;
  const { change } = work;
  return inOrganisation(services.db, organisationId, async (tx: Transaction) => {
    const [row] = await lockDetections(tx, organisationId, [change.detectionId], null);
    // another worker took it over: what became of it is its to say
    if (!(await outboxLeases.remove(tx, lease))) return;
    const now = services.now();
    const { message, remedy, requestId } = ending;
    const moved = await moveStatusChange(tx, organisationId, change.id, ["sending"], ending.state, {
      finishedAt: now,
      message,
      remedy,
      requestId,
    });
    if (!row || !moved) return;
    const ours = row.pendingChangeId === change.id;
    const sequence = await setOnDetection(tx, organisationId, row.id, {
      ...(ours ? { pendingChangeId: null, pendingStatus: null, syncState: ending.state } : {}),
      ...(ending.holds && ending.read && ending.read.ticket >= row.readTicket
        ? { status: ending.holds.status, readTicket: ending.read.ticket, readAt: ending.read.at }
        : {}),
    });
    await insertEvents(tx, organisationId, row.id, now, sequence, [
      {
        id: newId(),
        kind: `status_${ending.state}`,
        actor: work.vendor.manifest.provider,
        source: "azure",
        detail: {
          from: change.fromStatus,
          to: change.toStatus,
          holds: ending.holds?.status ?? null,
          message,
          remedy,
          requestId,
          askedBy: change.requestedBy,
          ...(work.connection ? { as: work.connection.account } : {}),
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
        ...(work.connection ? { as: work.connection.account } : {}),
      },
    );
  });
}
