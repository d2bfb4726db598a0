import { inOrganisation, type Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/ingest/detection-writes.ts";
import { getDetectionRow } from "#db/queries/triage/detections.ts";
import { takeReadTicket } from "#db/queries/ingest/read-tickets.ts";
import { type ConfigurationRow, getConfiguration } from "#db/queries/sources/configurations.ts";
import { fromNow } from "#db/leased.ts";
import {
  leaseDueStatusChanges,
  type OutboxLease,
  outboxLeases,
  removeOutbox,
} from "#db/queries/triage/outbox.ts";
import {
  getStatusChange,
  listSourceStates,
  lockDetections,
  moveStatusChange,
  setOnDetection,
  setVendorStatus,
} from "#db/queries/triage/status-changes.ts";
import { type Backoff, backoffMs } from "#lib/domain/backoff.ts";
import { newId } from "#lib/platform/ids.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { problemFrom, recordAnswer, recordVendorPermissions } from "#lib/sources/accounts/outcome.ts";
import { writerOf } from "#lib/sources/accounts/writer.ts";
import type { Services } from "#lib/core/context.ts";
import { identityOf } from "#lib/ingest/observe/observe-alerts.ts";
import { sourceOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";
import { keepLease } from "#lib/core/work.ts";
import { type Ending, look, type Ready, unplaced, type Work, writeAndReadBack } from "./write-back.ts";

const sendLeaseMs = 90_000;
const attemptsMax = 10;
const backoff: Backoff = { firstMs: 2_000, maxMs: 120_000 };

/** Leases up to `limit` status changes whose time for Undo is over. */
export const leaseStatusChanges = (services: Services, limit: number): Promise<OutboxLease[]> =>
  leaseDueStatusChanges(services.db, sendLeaseMs, limit);

/**
 * Sends one leased status change and reads it back. Looks before it writes, so that a retry after a crash
 * or a time-out never writes twice and never overwrites what someone else decided at the vendor. Ends as
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
  const { source, ref } = work;
  const { words } = work.vendor.manifest;
  if (work.disabledName !== null) {
    return {
      ...unread(),
      message: `“${work.disabledName}” was disabled before ${words.provider} confirmed the change.`,
      remedy: `Once an admin has enabled it again, refresh to see what ${words.provider} holds, then decide.`,
    };
  }
  if ("problem" in source) return { ...unread(), ...source.problem };
  if (ref === null) return unplaced(words);
  const ready = { ...work, source, ref };
  const io = vendorIo(services, { vendor: work.vendor.manifest.id }, signal);
  try {
    const ending = await writeAndReadBack(ready, io);
    if (work.account) {
      await recordAnswer(services, work.account, null);
      if (ending.requestId) await recordVendorPermissions(services, work.account, null);
    }
    return ending;
  } catch (error) {
    if (signal.aborted) {
      await postpone(services, lease, 0);
      return null;
    }
    const problem = problemFrom(error);
    if (problem && work.account) {
      await recordAnswer(services, work.account, problem);
      if (problem.concerns === "alert" && problem.refuses)
        await recordVendorPermissions(services, work.account, "no");
    }
    if (!problem) services.log("status.send_failed", { changeId: lease.changeId, error });
    const passes = !problem || problem.passes;
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

/** The beginning of an ending without an answer of the vendor's. */
const unread = () => ({ state: "failed", holds: null, read: null, requestId: null }) as const;

/** What the vendor holds after a failure, where it can be asked: a write that failed may still have been heard. */
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
    const { source } = found;
    const { configuration } = held;
    const writer = await writerOf(services, tx, held, change.requestedById);
    if ("problem" in writer)
      services.log("status.no_writer", { configurationId: configuration.id, code: writer.problem.code });
    return {
      change,
      takeReadTicket: () => takeReadTicket(services.db),
      pushedOnly: !source.firstPolledAt,
      vendor: vendorOf(services, configuration),
      disabledName: configuration.disabledAt ? configuration.displayName : null,
      account: "account" in writer ? writer.account : null,
      source: "problem" in writer ? writer : sourceFor(services, configuration, writer.credential),
      ref: source.ref,
      isIt: (detection) => identityOf(configuration, detection).equals(source.identity),
    };
  });
}

/** What the change is sent to, or why nothing can be. */
function sourceFor(services: Services, configuration: ConfigurationRow, credential: VendorCredential) {
  try {
    return sourceOf(services, configuration, credential);
  } catch (error) {
    const problem = problemFrom(error);
    if (!problem) throw error;
    return { problem };
  }
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
    const source = (await listSourceStates(tx, organisationId, [row.id])).get(row.id);
    const { holds, read } = ending;
    const news =
      holds && read && source && read.ticket >= source.readTicket
        ? { vendorStatus: holds.status, readTicket: read.ticket, readAt: read.at }
        : null;
    const sequence = await setOnDetection(tx, organisationId, row.id, {
      ...(ours ? { pendingChangeId: null, pendingStatus: null, syncState: ending.state } : {}),
      ...(news ? { status: news.vendorStatus } : {}),
    });
    if (news) await setVendorStatus(tx, organisationId, row.id, news);
    await insertEvents(tx, organisationId, row.id, now, sequence, [
      {
        id: newId(),
        kind: `status_${ending.state}`,
        actor: work.vendor.manifest.words.provider,
        source: "vendor",
        detail: {
          from: change.fromStatus,
          to: change.toStatus,
          holds: ending.holds?.status ?? null,
          message,
          remedy,
          requestId,
          askedBy: change.requestedBy,
          ...(work.account ? { as: work.account.signInName } : {}),
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
        ...(work.account ? { as: work.account.signInName } : {}),
      },
    );
  });
}
