import type { NotificationLease } from "#db/queries/alerting/queue.ts";
import type { Services } from "#lib/core/context.ts";
import { prepareNotifications } from "./prepare-notifications.ts";
import type { Prepared, SendResult } from "./prepared.ts";
import { openAcceptedRecorder } from "./record-accepted.ts";
import { recordFailed } from "./record-failed.ts";

/** after this many attempts in which our own code threw an error, a notification fails for good */
const faultsMax = 5;

/**
 * Returns a piece of work for each lease of one organisation. Each piece sends a notification and records the outcome.
 * Call all pieces at once, because they share the preparation. If a notification fails for good and nobody else can be
 * reached, the admins are notified.
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

/** Sends a notification. Throws if our own code failed. If that happened too often, returns `failed` instead. */
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
