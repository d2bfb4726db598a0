import type { Transaction } from "#db/client.ts";
import { resumeEscalations } from "#db/queries/alerting/escalations.ts";
import type { LockedDetection, StatusChangeRow } from "#db/queries/triage/status-changes.ts";
import type { Services } from "#lib/core/context.ts";
import { isReopening, type Status } from "#lib/domain/status.ts";
import { newId } from "#lib/platform/ids.ts";

const none = { acknowledgedByUserId: null, acknowledgedAt: null };

/**
 * Returns the columns that take back an acknowledgement which came with a status change, for a change that was undone or that
 * the vendor did not carry out. The detection's escalation then goes on. An acknowledgement of its own stays.
 */
export const withoutAcknowledgementOf = (
  { requestedAt, requestedById }: Pick<StatusChangeRow, "requestedAt" | "requestedById">,
  { acknowledgedAt, acknowledgedByUserId }: Pick<LockedDetection, "acknowledgedAt" | "acknowledgedByUserId">,
): Partial<typeof none> =>
  acknowledgedByUserId !== null &&
  acknowledgedByUserId === requestedById &&
  acknowledgedAt?.getTime() === requestedAt.getTime()
    ? none
    : {};

/**
 * Whether the vendor reopened an alert, which has this status now, while the same reopening was pending here. It began no round
 * then, because whoever asked for the change was to own the alert. If the change doesn't stand, the vendor's reopening does.
 */
export const isReopenedMeanwhile = (
  { fromStatus, toStatus }: Pick<StatusChangeRow, "fromStatus" | "toStatus">,
  status: Status,
): boolean => status === toStatus && isReopening(fromStatus, toStatus);

/**
 * Resumes the escalation of a locked detection if, as it is about to be written, nobody owns it and it is Active. Every way in
 * which a detection loses its owner or a decision doesn't stand ends here, but for the vendor's reopening, which begins a new
 * round.
 */
export async function resumeIfUnowned(
  services: Services,
  tx: Transaction,
  {
    organisationId,
    id,
    status,
    acknowledgedAt,
  }: Pick<LockedDetection, "organisationId" | "id" | "status" | "acknowledgedAt">,
): Promise<void> {
  if (acknowledgedAt !== null || (status !== "active" && status !== "unknown")) return;
  await resumeEscalations(tx, organisationId, [id], newId, services.now());
}
