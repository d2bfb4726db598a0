import type { VendorIo } from "#lib/vendors/io.ts";
import { type Ready, takeSnapshot } from "./write-back.ts";

/** Returns the common fields of endings in which the change failed and the alert couldn't be read again. */
export const failedUnread = () => ({ state: "failed", holds: null, read: null, requestId: null }) as const;

/**
 * Takes a snapshot after a failed write, because the vendor may have made the change nonetheless. Returns null if the
 * snapshot fails too.
 */
export async function snapshotAfterFailure(
  work: Ready,
  io: VendorIo,
): Promise<Awaited<ReturnType<typeof takeSnapshot>> | null> {
  try {
    return await takeSnapshot(work, io);
  } catch (error) {
    io.log("status.snapshot_after_failure_failed", { changeId: work.change.id, error });
    return null;
  }
}
