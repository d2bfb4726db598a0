import type { NotificationLease } from "#db/queries/alerting/queue.ts";
import type { Services } from "#lib/core/context.ts";
import { prepareNotifications } from "./prepare-notifications.ts";
import type { Prepared, SendResult } from "./prepared.ts";
import { openAcceptedRecorder } from "./record-accepted.ts";
import { recordFailed } from "./record-failed.ts";

/** a notification fails for good after this many attempts in which our own code threw an error */
const faultsMax = 5;

/**
 * Returns a piece of work for each of one organisation's leases, which sends a notification and records the outcome. Call all
 * pieces at once, because notifications are prepared together, sent separately, and recorded in batches. If a notification
 * fails for good and nobody else may be reached, the admins are notified instead.
 */
export function sendNotifications(
  services: Services,
  leases: readonly NotificationLease[],
): (() => Promise<void>)[] {
  const recordAccepted = openAcceptedRecorder(services);
  let preparing: Promise<Map<string, Prepared>> | undefined;
  const prepareFor = async (lease: NotificationLease) => {
    preparing ??= prepareNotifications(services, leases);
    if (leases.length === 1) return preparing;
    // if preparing them together fails, each is prepared separately
    return preparing.catch(() => prepareNotifications(services, [lease]));
  };
  return leases.map((lease) => async () => {
    const prepared = (await prepareFor(lease)).get(lease.id);
    if (!prepared) return;
    const result = await send(services, lease, prepared);
    if (result.outcome === "accepted") await recordAccepted({ lease, notification: prepared.notification });
    else await recordFailed(services, lease, prepared, result);
  });
}

/**
 * Sends a notification. Throws if our own code failed and may succeed later. Returns `failed` if our own code has failed too
 * often.
 */
async function send(services: Services, lease: NotificationLease, prepared: Prepared): Promise<SendResult> {
  try {
    return await prepared.send();
  } catch (error) {
    if (lease.attempts < faultsMax) throw error;
    services.log("notify.given_up", { id: lease.subjectId, error });
    return {
      outcome: "failed",
      problem: "It could not be made or sent, for a reason of our own; the log has it.",
    };
  }
}
