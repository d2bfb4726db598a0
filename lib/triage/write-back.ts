import type { Read } from "#db/queries/ingest/read-tickets.ts";
import type { AccountRow } from "#db/queries/sources/accounts.ts";
import type { ChangeRow } from "#db/queries/triage/decisions.ts";
import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import { judgements, verdictOf } from "#lib/domain/verdict.ts";
import { pause } from "#lib/platform/pause.ts";
import type { Vendor, VendorChange, VendorSource } from "#lib/vendors/contract.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import type { VendorWords } from "#lib/vendors/manifest.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";

/** the pauses in ms before each snapshot after a write, because a vendor may show a change late */
const readBackAfterMs = [0, 500, 2_000, 5_000, 10_000];

/** A change that has a status, which is what vendors are told. */
export type StatusChange = ChangeRow & { toStatus: TargetStatus };

/** A status change with all the data needed to send it. */
export type Work = {
  change: StatusChange;
  /** the person who acknowledged the detection; null if nobody did */
  owner: string | null;
  vendor: Vendor;
  /** the account with which the person signs in for the write; null if an application signs in */
  account: AccountRow | null;
  /** what a call to the vendor needs, or the problem that makes the call impossible */
  source: VendorSource | { problem: VendorProblem };
  /** whether the requester may not change alerts any more */
  isBarred: boolean;
  /** the configuration's name if the configuration is disabled; otherwise null */
  disabledName: string | null;
  /** the alert's ref; null if nothing that PocketSOC received contains a ref */
  ref: Json | null;
  /** whether a detection read from the vendor is the one that the status change is for */
  isSameAlert: (detection: NormalisedDetection) => boolean;
  /** whether only the webhook brought the alert; then the vendor must confirm the ref before a request uses it */
  onlyByWebhook: boolean;
  /** takes a read ticket; called at the beginning of each snapshot */
  takeReadTicket: () => Promise<Read>;
};
export type Ready = Work & { source: VendorSource; ref: Json };
type Snapshot = { holds: NormalisedDetection; raw: Json; read: Read };
/** How a write-back ended. */
export type Ending = {
  state: "confirmed" | "diverged" | "failed";
  /** the alert as the vendor has it now; null if it couldn't be read */
  holds: NormalisedDetection | null;
  read: Read | null;
  message: string | null;
  remedy: string | null;
  requestId: string | null;
};

/** Reads the alert as the vendor has it now. Throws VendorError, or Error if the vendor returns another alert. */
export async function takeSnapshot(work: Ready, io: VendorIo): Promise<Snapshot> {
  const { vendor, source, ref } = work;
  if (!vendor.can.reread) throw new Error("this vendor can't reread an alert");
  const read = await work.takeReadTicket();
  const raw = await vendor.can.reread(source, ref, io);
  const result = vendor.normalise(raw);
  if (!result.ok) throw new Error(`the reread alert can't be normalised: ${result.reason}`);
  if (result.leftOut?.includes("status")) throw new Error("the reread alert has no status");
  if (!work.isSameAlert(result.detection))
    throw new Error("the vendor returned another alert than the one asked for");
  return { holds: result.detection, raw, read };
}

/**
 * Returns the ending of a status change whose ref the vendor doesn't confirm. PocketSOC sends no request with our token
 * to such a ref, because anyone with the webhook's URL can invent a ref.
 */
export const unknownRefEnding = ({ provider }: VendorWords): Ending => ({
  state: "failed",
  holds: null,
  read: null,
  message: `This alert came by webhook, and ${provider} doesn't list the location that it names. Nothing was sent.`,
  remedy:
    "It can be changed once a poll has found it. If no poll does, an admin should look at it under Settings > Deliveries.",
  requestId: null,
});

/** Returns the values of a status change that the vendor accepts, such as the status, the owner or the note. */
function changeOf({ change, owner, vendor }: Work): VendorChange {
  const decision: VendorChange = { status: change.toStatus };
  const verdict = change.reason ? judgements[change.reason].verdict : verdictOf(change.toStatus);
  if (verdict !== undefined) decision.verdict = verdict;
  if (owner) decision.owner = owner;
  if (change.note) decision.comment = change.note;
  const accepted = new Set<string>(vendor.can.update?.fields);
  return Object.fromEntries(Object.entries(decision).filter(([field]) => accepted.has(field)));
}

/**
 * Sends a status change, unless the alert already has the status or someone else has changed it. Takes a snapshot
 * first, and more snapshots for up to about 17 seconds until one shows the change. Throws VendorError.
 */
export async function writeAndReadBack(work: Ready, io: VendorIo): Promise<Ending> {
  const { change } = work;
  const { update, webhook } = work.vendor.can;
  const { words } = work.vendor.manifest;
  const { provider } = words;
  if (!update) throw new Error("this vendor accepts no changes");
  if (work.onlyByWebhook && !(await webhook?.knows(work.source, work.ref, io)))
    return unknownRefEnding(words);
  const triedBefore = change.attemptedAt !== null;
  const before = await takeSnapshot(work, io);
  const noMessage = { message: null, remedy: null, requestId: null };
  if (before.holds.status === change.toStatus) return { state: "confirmed", ...before, ...noMessage };
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
  const sent = changeOf(work);
  const { requestId } = await update.send(work.source, work.ref, sent, io);
  let after = before;
  for (const waitMs of readBackAfterMs) {
    if (waitMs) await pause(waitMs, io.signal);
    after = await takeSnapshot(work, io);
    const isShown = after.holds.status === change.toStatus && (update.shows?.(after.raw, sent) ?? true);
    if (isShown) return { state: "confirmed", ...after, ...noMessage, requestId };
  }
  return { state: "diverged", ...after, ...divergence(work, after), requestId };
}

/** Returns the message and the remedy for a status change that was sent but that the vendor doesn't show. */
function divergence({ change, vendor }: Ready, after: Snapshot): { message: string; remedy: string } {
  const { provider } = vendor.manifest.words;
  const shown = statusLabel[after.holds.status];
  if (after.holds.status === change.toStatus)
    return {
      message: `${provider} shows ${shown}, but not everything that was set together with it.`,
      remedy: `Open the alert in ${provider} to see what it shows.`,
    };
  if (after.holds.status === change.fromStatus)
    return {
      message: `${provider} accepted the request, but the alert is still ${shown} there.`,
      remedy: `${provider} may not allow this step from here, or show it late. Refresh in a minute; if it persists, open it in ${provider} with the request id.`,
    };
  return {
    message: `${provider} accepted the request, but the alert is ${shown} there now: someone else changed it at the same time.`,
    remedy: "Look at what they decided; change it again if you still want to.",
  };
}
