import { z } from "zod";
import { limited } from "#lib/schemas/limited.ts";
import { listNotifications } from "#db/queries/alerting/notifications.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { type AcknowledgeResult, acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { readReceipt } from "./receipt.ts";

const Input = z.object({ receipt: limited(300) });

const gone = () =>
  new ServiceError("not_found", "The alert isn't there any more, or you may not see it any more.");

/**
 * Acknowledges for the caller the detection of a notification. The receipt in `rawInput` identifies the notification.
 * If someone has already acknowledged the detection, returns `already` with their name. Throws `forbidden`, `conflict`
 * and `not_found`.
 */
export async function acknowledgeNotified(ctx: Context, rawInput: unknown): Promise<AcknowledgeResult> {
  authorise(ctx, "detections.triage");
  const { organisationId } = ctx.actor;
  const input = Input.safeParse(rawInput);
  const named = input.success ? readReceipt(ctx.services, input.data.receipt) : null;
  if (!named) throw gone();
  if (named.organisationId !== organisationId)
    throw new ServiceError(
      "conflict",
      "The alert is of another organisation than the one that you look at in the portal.",
    );
  const [found] = await inOwnOrganisation(ctx, (tx) => listNotifications(tx, organisationId, [named.id]));
  const detectionId = found?.notification.detectionId;
  if (!detectionId) throw gone();
  const [result] = await acknowledgeDetections(ctx, [detectionId]);
  if (!result || result.outcome === "not_found") throw gone();
  return result;
}
