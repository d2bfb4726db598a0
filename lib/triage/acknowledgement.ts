import type { LockedDetection, StatusChangeRow } from "#db/queries/triage/status-changes.ts";

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
