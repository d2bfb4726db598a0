import type { Read } from "#db/queries/ingest/read-tickets.ts";
import type { AccountRow } from "#db/queries/sources/accounts.ts";
import type { StatusChangeRow } from "#db/queries/triage/status-changes.ts";
import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { statusLabel } from "#lib/domain/status.ts";
import { pause } from "#lib/platform/pause.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";

/** pauses before each snapshot that follows a write, in ms: a vendor may show a change late */
const readBackAfterMs = [0, 500, 2_000, 5_000, 10_000];

/** A status change with everything needed to send it. */
export type Work = {
  change: StatusChangeRow;
  vendor: Vendor;
  /** the person's own account that signs in for the write; null when the application does */
  account: AccountRow | null;
  /** the vendor source, or the problem that keeps everyone from signing in */
  source: VendorSource | { problem: VendorProblem };
  /** the configuration's name if it has been disabled meanwhile; null while it is enabled */
  disabledName: string | null;
  /** where the vendor finds the alert again; null when the webhook's body didn't say */
  ref: Json | null;
  /** whether an alert read from the vendor is the one this change is for */
  isSameAlert: (detection: NormalisedDetection) => boolean;
  /** no poll has found the alert: the vendor must confirm its ref before a request with our token goes there */
  onlyByWebhook: boolean;
  /** called at the start of each snapshot */
  takeReadTicket: () => Promise<Read>;
};
export type Ready = Work & { source: VendorSource; ref: Json };
type Snapshot = { holds: NormalisedDetection; read: Read };
/** How a write-back ended. */
export type Ending = {
  state: "confirmed" | "diverged" | "failed";
  /** the alert as the vendor holds it now; null when it couldn't be read */
  holds: NormalisedDetection | null;
  read: Read | null;
  message: string | null;
  remedy: string | null;
  requestId: string | null;
};

/** Reads the alert as the vendor holds it now. Throws VendorError, and Error for an alert that isn't the change's own. */
export async function takeSnapshot(work: Ready, io: VendorIo): Promise<Snapshot> {
  const { vendor, source, ref } = work;
  if (!vendor.can.reread) throw new Error("this vendor can't reread an alert");
  const read = await work.takeReadTicket();
  const result = vendor.normalise(await vendor.can.reread(source, ref, io));
  if (!result.ok) throw new Error(`the reread alert can't be normalised: ${result.reason}`);
  if (!work.isSameAlert(result.detection))
    throw new Error("the vendor returned another alert than the one asked for");
  return { holds: result.detection, read };
}

/**
 * The ending of a change whose alert's ref the vendor doesn't confirm. A webhook body may hold anything, so such a ref never
 * enters the address of a request that carries our token.
 */
export const unknownRefEnding: Ending = {
  state: "failed",
  holds: null,
  read: null,
  message: "This alert came by webhook, and Azure doesn't list the location that it names. Nothing was sent.",
  remedy:
    "It can be changed once a poll has found it. If no poll does, an admin should look at it under Settings > Deliveries.",
  requestId: null,
};

/**
 * Takes a snapshot, writes unless the alert already has the status or someone else has changed it, then takes snapshots until
 * the change shows, for about 17 seconds. Throws VendorError.
 */
export async function writeAndReadBack(work: Ready, io: VendorIo): Promise<Ending> {
  const { change } = work;
  const { update, webhook } = work.vendor.can;
  if (!update) throw new Error("this vendor accepts no changes");
  if (work.onlyByWebhook && !(await webhook?.knows(work.source, work.ref, io))) return unknownRefEnding;
  const triedBefore = change.attemptedAt !== null;
  const before = await takeSnapshot(work, io);
  const noMessage = { message: null, remedy: null, requestId: null };
  if (before.holds.status === change.toStatus) return { state: "confirmed", ...before, ...noMessage };
  if (before.holds.status !== change.fromStatus) {
    return {
      state: "diverged",
      ...before,
      message: triedBefore
        ? `Azure gave no clear answer to your change, and the alert is ${statusLabel[before.holds.status]} there now: someone else changed it.`
        : `Someone set this alert to ${statusLabel[before.holds.status]} in Azure before your change was sent, so yours was not sent.`,
      remedy: "Look at what they decided; change it again if you still want to.",
      requestId: null,
    };
  }
  const { requestId } = await update.send(work.source, work.ref, { status: change.toStatus }, io);
  let after = before;
  for (const waitMs of readBackAfterMs) {
    if (waitMs) await pause(waitMs, io.signal);
    after = await takeSnapshot(work, io);
    if (after.holds.status === change.toStatus)
      return { state: "confirmed", ...after, ...noMessage, requestId };
  }
  const isUnchanged = after.holds.status === change.fromStatus;
  return {
    state: "diverged",
    ...after,
    message: isUnchanged
      ? `Azure accepted the request, but the alert is still ${statusLabel[after.holds.status]} there.`
      : `Azure accepted the request, but the alert is ${statusLabel[after.holds.status]} there now: someone else changed it at the same time.`,
    remedy: isUnchanged
      ? "Azure may not allow this step from here, or show it late. Refresh in a minute; if it stays, open it in Azure with the request id."
      : "Look at what they decided; change it again if you still want to.",
    requestId,
  };
}
