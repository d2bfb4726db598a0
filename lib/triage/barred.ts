import type { Transaction } from "#db/client.ts";
import type { ChangeRow } from "#db/queries/triage/decisions.ts";
import type { Services } from "#lib/core/context.ts";
import { mayStill } from "#lib/core/requester.ts";
import { sendPace, vendorIo } from "#lib/core/vendors.ts";
import { failedUnread, snapshotAfterFailure } from "./failure.ts";
import type { Ending, Work } from "./write-back.ts";

/**
 * Whether the person who requested a status change may not change alerts any more. They may have been removed or demoted
 * since, and their token or device may have been revoked. PocketSOC's own programs are never barred.
 */
export async function isBarred(
  services: Services,
  tx: Transaction,
  { organisationId, requestedById, requester }: ChangeRow,
): Promise<boolean> {
  // earlier versions stored only the person
  const asked = requester ?? (requestedById ? { userId: requestedById } : null);
  return asked !== null && !(await mayStill(services, tx, organisationId, asked, "detections.triage"));
}

/**
 * Returns the ending of a status change whose requester is barred. Nothing is written. If an earlier attempt was made, reads
 * the alert, because that attempt may have changed it.
 */
export async function endBarred(services: Services, work: Work, signal: AbortSignal): Promise<Ending> {
  const { change, source, ref, vendor } = work;
  const wasTried = change.attemptedAt !== null;
  const seen =
    wasTried && !("problem" in source) && ref !== null
      ? await snapshotAfterFailure(
          { ...work, source, ref },
          vendorIo(services, { vendor: vendor.manifest.id }, signal, sendPace),
        )
      : null;
  return {
    ...(seen ?? failedUnread()),
    state: "failed",
    message: `Whoever asked for this may not change alerts any more, so ${wasTried ? "PocketSOC doesn't try again" : "nothing was sent"}.`,
    remedy: "Look at the alert. If the change is right, ask for it yourself.",
    requestId: null,
  };
}
