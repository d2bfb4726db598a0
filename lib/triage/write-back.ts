import type { Read } from "#db/queries/ingest/read-tickets.ts";
import type { AccountRow } from "#db/queries/sources/accounts.ts";
import type { StatusChangeRow } from "#db/queries/triage/status-changes.ts";
import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { statusLabel } from "#lib/domain/status.ts";
import { pause } from "#lib/platform/pause.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import type { VendorWords } from "#lib/vendors/manifest.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";

/** A vendor may show a change late: how long after the write each look comes. */
const readBackAfterMs = [0, 500, 2_000, 5_000, 10_000];

/** A status change with all that reaching its alert takes. */
export type Work = {
  change: StatusChangeRow;
  vendor: Vendor;
  /** the person's own account that writes; null where the application does */
  account: AccountRow | null;
  /** or why nobody can sign in for it */
  source: VendorSource | { problem: VendorProblem };
  /** the configuration's name when it was disabled meanwhile */
  disabledName: string | null;
  /** where the vendor finds it again; null when what came doesn't say */
  ref: Json | null;
  /** whether what is read back is this very alert */
  isIt: (detection: NormalisedDetection) => boolean;
  /** only a webhook brought it so far: the vendor has to know the place before an address carries our token */
  pushedOnly: boolean;
  /** called as a look begins */
  takeReadTicket: () => Promise<Read>;
};
export type Ready = Work & { source: VendorSource; ref: Json };
/** The alert as its vendor held it when it was looked at. */
type Look = { holds: NormalisedDetection; read: Read };
/** What became of a change. */
export type Ending = {
  state: "confirmed" | "diverged" | "failed";
  /** what the vendor holds now; null when it couldn't be asked */
  holds: NormalisedDetection | null;
  read: Read | null;
  message: string | null;
  remedy: string | null;
  requestId: string | null;
};

/** The alert as its vendor holds it now. Throws VendorError. */
export async function look(work: Ready, io: VendorIo): Promise<Look> {
  const { vendor, source, ref } = work;
  if (!vendor.can.reread) throw new Error("this vendor reads no alert again");
  const read = await work.takeReadTicket();
  const result = vendor.normalise(await vendor.can.reread(source, ref, io));
  if (!result.ok) throw new Error(`the alert read back can't be understood: ${result.reason}`);
  if (!work.isIt(result.detection)) throw new Error("another alert was read back than the one asked for");
  return { holds: result.detection, read };
}

/** A body may say anything; only a place that the vendor lists enters an address that carries our token. */
export const unplaced = ({ provider }: VendorWords): Ending => ({
  state: "failed",
  holds: null,
  read: null,
  message: `This alert came by webhook, and what it says of its place in ${provider} isn't one that ${provider} lists. Nothing was sent.`,
  remedy:
    "Once a read has found it, it can be changed. If none does, an admin should look at it under Settings > Deliveries.",
  requestId: null,
});

/**
 * Looks, writes unless that is done or overtaken, and looks until the change shows. Throws VendorError.
 */
export async function writeAndReadBack(work: Ready, io: VendorIo): Promise<Ending> {
  const { change } = work;
  const { update, webhook } = work.vendor.can;
  const { words } = work.vendor.manifest;
  const { provider } = words;
  if (!update) throw new Error("this vendor takes no changes");
  if (work.pushedOnly && !(await webhook?.knows(work.source, work.ref, io))) return unplaced(words);
  const triedBefore = change.attemptedAt !== null;
  const before = await look(work, io);
  const none = { message: null, remedy: null, requestId: null };
  if (before.holds.status === change.toStatus) return { state: "confirmed", ...before, ...none };
  if (before.holds.status !== change.fromStatus) {
    return {
      state: "diverged",
      ...before,
      message: triedBefore
        ? `${provider} gave no clear answer to your change, and the alert is ${statusLabel[before.holds.status]} there now: someone else changed it.`
        : `Someone set this alert to ${statusLabel[before.holds.status]} in ${provider} before your change was sent, so yours was not sent.`,
      remedy: "Look at what they decided; change it again if you still want to.",
      requestId: null,
    };
  }
  const { requestId } = await update.send(work.source, work.ref, { status: change.toStatus }, io);
  let after = before;
  for (const waitMs of readBackAfterMs) {
    if (waitMs) await pause(waitMs, io.signal);
    after = await look(work, io);
    if (after.holds.status === change.toStatus) return { state: "confirmed", ...after, ...none, requestId };
  }
  const kept = after.holds.status === change.fromStatus;
  return {
    state: "diverged",
    ...after,
    message: kept
      ? `${provider} accepted the request, but the alert is still ${statusLabel[after.holds.status]} there.`
      : `${provider} accepted the request, but the alert is ${statusLabel[after.holds.status]} there now: someone else changed it at the same time.`,
    remedy: kept
      ? `${provider} may not allow this step from here, or show it late. Refresh in a minute; if it stays, open it in ${provider} with the request id.`
      : "Look at what they decided; change it again if you still want to.",
    requestId,
  };
}
