import { inOrganisation } from "#db/client.ts";
import { type DetectionSourceRow, getDetectionRow } from "#db/queries/triage/detections.ts";
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
  type ChangeRow,
  getChange,
  lockDetections,
  moveChange,
  updateDetection,
} from "#db/queries/triage/decisions.ts";
import { type Backoff, backoffMs } from "#lib/domain/backoff.ts";
import type { Json } from "#lib/domain/detection.ts";
import { isDatabaseUnavailable } from "#lib/platform/errors.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import {
  beginAsk,
  problemFrom,
  recordAnswer,
  recordVendorPermissions,
} from "#lib/sources/accounts/outcome.ts";
import { writerOf } from "#lib/sources/accounts/writer.ts";
import type { Services } from "#lib/core/context.ts";
import { identityOf } from "#lib/ingest/observe/observe-alerts.ts";
import { sendPace, sourceOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";
import { keepLease } from "#lib/core/work.ts";
import { endBarred, isBarred } from "./barred.ts";
import { failedUnread, snapshotAfterFailure } from "./failure.ts";
import { finishStatusChange } from "./finish-status.ts";
import {
  type Ending,
  type StatusChange,
  unknownRefEnding,
  type Work,
  writeAndReadBack,
} from "./write-back.ts";

const sendLeaseMs = 90_000;
const attemptsMax = 10;
const backoff: Backoff = { firstMs: 2_000, maxMs: 120_000 };

/** Leases up to `limit` status changes that are ready to be sent, because Undo is over. */
export const leaseStatusChanges = (services: Services, limit: number): Promise<OutboxLease[]> =>
  leaseDueStatusChanges(services.db, sendLeaseMs, limit);

/**
 * Sends one leased status change to the vendor and reads the alert again. Takes a snapshot before the write, so that a retry
 * after a crash or a timeout doesn't write twice or overwrite a decision made at the vendor. The change ends as confirmed,
 * diverged or failed, or is postponed if another attempt may succeed.
 */
export async function sendStatusChange(
  services: Services,
  lease: OutboxLease,
  signal: AbortSignal,
): Promise<void> {
  await keepLease(services, outboxLeases, lease, sendLeaseMs, async () => {
    const work = await begin(services, lease).catch((error: unknown) => giveUp(services, lease, error));
    if (!work) return;
    const ending = await send(services, lease, work, signal);
    const { change, account, vendor } = work;
    const { provider } = vendor.manifest.words;
    if (ending) await finishStatusChange(services, lease, { change, account, provider }, ending);
  });
}

/** Sends the change. Returns how the change ended, or null if it was postponed. */
async function send(
  services: Services,
  lease: OutboxLease,
  work: Work,
  signal: AbortSignal,
): Promise<Ending | null> {
  const { source, ref } = work;
  const { words } = work.vendor.manifest;
  const { provider } = words;
  if (work.isBarred) return endBarred(services, work, signal);
  if (work.disabledName !== null) {
    return {
      ...failedUnread(),
      message: `“${work.disabledName}” was disabled before ${provider} confirmed the change.`,
      remedy: `Once an admin has enabled it again, refresh to see what ${provider} holds, then decide.`,
    };
  }
  if ("problem" in source) return { ...failedUnread(), ...source.problem };
  if (ref === null) return unknownRefEnding(words);
  const ready = { ...work, source, ref };
  const io = vendorIo(services, { vendor: work.vendor.manifest.id }, signal, sendPace);
  const asked = await beginAsk(services);
  try {
    const ending = await writeAndReadBack(ready, io);
    if (work.account) {
      await recordAnswer(services, work.account, null, asked);
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
      ...((await snapshotAfterFailure(ready, io)) ?? failedUnread()),
      state: "failed",
      message: problem?.message ?? brokenMessage,
      remedy: passes ? gaveUp(lease.attempts) : (problem?.remedy ?? null),
      requestId: problem?.requestId ?? null,
    };
  }
}

const brokenMessage = "The change could not be sent because of an error in PocketSOC, which is in its log.";
const gaveUp = (attempts: number) =>
  `PocketSOC tried ${attempts} times and gave up. Ask for the change once more when the trouble is over.`;

function postpone(services: Services, lease: OutboxLease, dueInMs: number): Promise<boolean> {
  return outboxLeases.release(services.db, lease, fromNow(dueInMs));
}

/** Marks the change as being sent, so that it can't be undone any more. Returns null if there is nothing left to send. */
function begin(services: Services, lease: OutboxLease): Promise<Work | null> {
  const { organisationId, changeId } = lease;
  return inOrganisation(services.db, organisationId, async (tx) => {
    const asked = await getChange(tx, organisationId, changeId);
    // every writer locks the detection before its status change
    if (asked) await lockDetections(tx, organisationId, [asked.detectionId], null);
    const change = await getChange(tx, organisationId, changeId);
    const found = change && (await getDetectionRow(tx, organisationId, change.detectionId));
    const configured = change && (await getConfiguration(tx, organisationId, change.configurationId));
    if (!hasStatus(change) || !found || !configured || !["held", "sending"].includes(change.state)) {
      await removeOutbox(tx, organisationId, changeId);
      return null;
    }
    const attemptedAt = services.now();
    if (!(await moveChange(tx, organisationId, changeId, ["held", "sending"], "sending", { attemptedAt })))
      return null;
    await updateDetection(tx, organisationId, change.detectionId, { syncState: "sending" });
    const { source } = found;
    const { configuration } = configured;
    const writer = await writerOf(services, tx, configured, change.requestedById);
    if ("problem" in writer)
      services.log("status.no_writer", { configurationId: configuration.id, code: writer.problem.code });
    const vendor = vendorOf(services, configuration);
    return {
      change,
      isBarred: await isBarred(services, tx, change),
      owner: found.ownerName,
      takeReadTicket: () => takeReadTicket(services.db),
      onlyByWebhook: !source.firstPolledAt,
      vendor,
      disabledName: configuration.disabledAt ? configuration.displayName : null,
      account: "account" in writer ? writer.account : null,
      source: "problem" in writer ? writer : sourceFor(services, configuration, writer.credential),
      ref: refOf(services, vendor, source),
      isSameAlert: (detection) => identityOf(configuration, detection).equals(source.identity),
    };
  });
}

/**
 * Ends a change that couldn't even be begun, once it has been tried too often, so that the decision doesn't stay pending for
 * ever. Rethrows the error before that.
 */
async function giveUp(services: Services, lease: OutboxLease, error: unknown): Promise<null> {
  if (lease.attempts < attemptsMax || isDatabaseUnavailable(error)) throw error;
  services.log("status.begin_failed", { changeId: lease.changeId, error });
  const { organisationId, changeId } = lease;
  const change = await inOrganisation(services.db, organisationId, (tx) =>
    getChange(tx, organisationId, changeId),
  );
  if (hasStatus(change))
    await finishStatusChange(
      services,
      lease,
      { change, account: null, provider: "PocketSOC" },
      {
        ...failedUnread(),
        message: brokenMessage,
        remedy: gaveUp(lease.attempts),
      },
    );
  return null;
}

/** Whether there is a change, and it has a status. Only such a change has anything to send. */
const hasStatus = (change: ChangeRow | undefined): change is StatusChange =>
  change !== undefined && change.toStatus !== null;

/** Returns the stored ref if the vendor can read it, otherwise null. */
function refOf(services: Services, vendor: Vendor, { detectionId, ref }: DetectionSourceRow): Json | null {
  if (ref === null) return null;
  const parsed = vendor.ref.safeParse(ref);
  if (!parsed.success) services.log("status.ref_unreadable", { detectionId });
  return parsed.success ? parsed.data : null;
}

/** Returns what the vendor call needs, or the problem that makes the call impossible. */
function sourceFor(services: Services, configuration: ConfigurationRow, credential: VendorCredential) {
  try {
    return sourceOf(services, configuration, credential);
  } catch (error) {
    const problem = problemFrom(error);
    if (!problem) throw error;
    return { problem };
  }
}
