import { inOrganisation, type Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/detection-writes.ts";
import { getDetectionRow } from "#db/queries/detections.ts";
import { getConfiguration } from "#db/queries/configurations.ts";
import { type OutboxLease, postponeOutbox, removeOutbox } from "#db/queries/leases.ts";
import {
  getStatusChange,
  lockDetections,
  moveStatusChange,
  type StatusChangeRow,
  setOnDetection,
} from "#db/queries/status-changes.ts";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { statusLabel } from "#lib/domain/status.ts";
import { newId } from "#lib/platform/ids.ts";
import {
  type AlertAddress,
  type Vendor,
  VendorError,
  type VendorIo,
  type VendorTarget,
} from "#lib/vendors/contract.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import type { Services } from "../context.ts";
import { openOrNull, sealedProblem } from "../credentials.ts";
import { vendorIo } from "../vendor-io.ts";

export const sendLeaseMs = 90_000;
const attemptsMax = 10;
/** Azure may show a change late: how long after the write each look comes. */
const readBackAfterMs = [0, 500, 2_000, 5_000, 10_000];

type Work = {
  change: StatusChangeRow;
  vendor: Vendor;
  /** null when the stored secret can't be opened */
  target: VendorTarget | null;
  /** the configuration's name when it was disabled meanwhile */
  disabledName: string | null;
  address: AlertAddress;
};
type Ready = Work & { target: VendorTarget };
type Ending = {
  state: "confirmed" | "diverged" | "failed";
  /** what the vendor holds now; null when it couldn't be asked */
  holds: NormalisedDetection | null;
  readAt: Date;
  message: string | null;
  remedy: string | null;
  requestId: string | null;
};

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
  const work = await begin(services, lease);
  if (!work) return;
  if (work.disabledName !== null) {
    return finish(services, lease, work, {
      ...unread(services),
      message: `“${work.disabledName}” was disabled before Azure confirmed the change.`,
      remedy: "Once an admin has enabled it again, refresh to see what Azure holds, then decide.",
    });
  }
  const io = vendorIo(services, signal);
  try {
    const { target } = work;
    if (!target) throw new VendorError(sealedProblem);
    await finish(services, lease, work, await writeAndReadBack({ ...work, target }, io));
  } catch (error) {
    if (signal.aborted) return postpone(services, lease, 0);
    const problem = error instanceof VendorError ? error.problem : null;
    if (!problem) services.log("status.send_failed", { changeId: lease.changeId, error });
    if ((!problem || problem.transient) && lease.attempts < attemptsMax) {
      const backoffMs = Math.min(120_000, 2_000 * 2 ** (lease.attempts - 1));
      return postpone(services, lease, Math.max(problem?.retryAfterMs ?? 0, backoffMs));
    }
    await finish(services, lease, work, {
      ...unread(services),
      message: problem?.message ?? "The change could not be sent for a reason of our own; the log has it.",
      remedy: problem?.remedy ?? "Try again. If it stays, ask whoever runs PocketSOC to look at the log.",
      requestId: problem?.requestId ?? null,
    });
  }
}

/** The beginning of an ending without an answer of Azure's. */
const unread = (services: Services) =>
  ({ state: "failed", holds: null, readAt: services.now(), requestId: null }) as const;

function postpone(services: Services, lease: OutboxLease, ms: number): Promise<void> {
  const dueAt = new Date(services.now().getTime() + ms);
  return inOrganisation(services.db, lease.organisationId, (tx) => postponeOutbox(tx, lease, dueAt));
}

/** From here on Undo comes too late. Returns null when there is nothing to send any more. */
function begin(services: Services, lease: OutboxLease): Promise<Work | null> {
  const { organisationId, changeId } = lease;
  return inOrganisation(services.db, organisationId, async (tx) => {
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
    const credential = await openOrNull(services, tx, held.credential);
    if (!credential) services.log("status.secret_unreadable", { configurationId: held.configuration.id });
    return {
      change,
      vendor: getVendor(held.configuration.vendor),
      disabledName: held.configuration.disabledAt ? held.configuration.displayName : null,
      target: credential && { credential, subscriptionId: held.configuration.subscriptionId },
      address: {
        subscriptionId: held.configuration.subscriptionId,
        location: normalised.location ?? "",
        alertId: normalised.vendorAlertId,
      },
    };
  });
}

async function look(work: Ready, io: VendorIo): Promise<{ holds: NormalisedDetection; readAt: Date }> {
  const readAt = io.now();
  const result = work.vendor.normalise(await work.vendor.getAlert(work.target, work.address, io));
  if (!result.ok) throw new Error(`the alert read back can't be understood: ${result.reason}`);
  return { holds: result.detection, readAt };
}

async function writeAndReadBack(work: Ready, io: VendorIo): Promise<Ending> {
  const { change } = work;
  const before = await look(work, io);
  const none = { message: null, remedy: null, requestId: null };
  if (before.holds.status === change.toStatus) return { state: "confirmed", ...before, ...none };
  if (before.holds.status !== change.fromStatus) {
    return {
      state: "diverged",
      ...before,
      message: `Someone set this alert to ${statusLabel[before.holds.status]} in Azure before your change was sent, so yours was not sent.`,
      remedy: "Look at what they decided; change it again if you still want to.",
      requestId: null,
    };
  }
  const { requestId } = await work.vendor.setStatus(work.target, work.address, change.toStatus, io);
  let after = before;
  for (const waitMs of readBackAfterMs) {
    if (waitMs) await new Promise((resolve) => setTimeout(resolve, waitMs));
    after = await look(work, io);
    if (after.holds.status === change.toStatus) return { state: "confirmed", ...after, ...none, requestId };
  }
  const kept = after.holds.status === change.fromStatus;
  return {
    state: "diverged",
    ...after,
    message: kept
      ? `Azure accepted the request, but the alert is still ${statusLabel[after.holds.status]} there.`
      : `Azure accepted the request, but the alert is ${statusLabel[after.holds.status]} there now: someone else changed it at the same time.`,
    remedy: kept
      ? "Azure may not allow this step from here, or show it late. Refresh in a minute; if it stays, open it in Azure with the request id."
      : "Look at what they decided; change it again if you still want to.",
    requestId,
  };
}

function finish(services: Services, lease: OutboxLease, work: Work, ending: Ending): Promise<void> {
  const { organisationId } = lease;
  const { change } = work;
  return inOrganisation(services.db, organisationId, async (tx: Transaction) => {
    const [row] = await lockDetections(tx, organisationId, [change.detectionId]);
    const now = services.now();
    const { message, remedy, requestId } = ending;
    const moved = await moveStatusChange(tx, organisationId, change.id, ["sending"], ending.state, {
      finishedAt: now,
      message,
      remedy,
      requestId,
    });
    await removeOutbox(tx, organisationId, change.id);
    if (!row || !moved) return;
    const ours = row.pendingChangeId === change.id;
    const sequence = await setOnDetection(tx, organisationId, row.id, {
      ...(ours ? { pendingChangeId: null, pendingStatus: null, syncState: ending.state } : {}),
      ...(ending.holds && ending.readAt >= row.readAt
        ? { status: ending.holds.status, readAt: ending.readAt }
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
        },
        note: null,
      },
    ]);
  });
}
