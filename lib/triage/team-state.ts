import type { Transaction } from "#db/client.ts";
import { resumeEscalations } from "#db/queries/alerting/escalations.ts";
import type { ChangeRow, LockedDetection } from "#db/queries/triage/decisions.ts";
import type { TeamState } from "#db/schema/changes.ts";
import type { Services } from "#lib/core/context.ts";
import { isClosed, isReopening, type Status } from "#lib/domain/status.ts";
import { judgements } from "#lib/domain/verdict.ts";
import { newId } from "#lib/platform/ids.ts";

const owned = ["ownerId", "ownedSince"] as const;
const judged = ["verdict", "reason", "judgedBy", "judgedAt", "judgedHow"] as const;

/** The columns of a detection that belong to the team and not to the vendor. */
export type TeamColumns = Pick<LockedDetection, (typeof owned)[number] | (typeof judged)[number]>;

export const noOwner = { ownerId: null, ownedSince: null };
export const noVerdict = { verdict: null, reason: null, judgedBy: null, judgedAt: null, judgedHow: null };

/** Returns what the team decided about a detection, in the form that a change keeps. */
export const teamStateOf = (row: LockedDetection): TeamState => ({
  ownerId: row.ownerId,
  ownedSince: row.ownedSince?.toISOString() ?? null,
  verdict: row.verdict,
  reason: row.reason,
  judgedBy: row.judgedBy,
  judgedAt: row.judgedAt?.toISOString() ?? null,
  judgedHow: row.judgedHow,
  round: row.notifyRound,
  isNotSaved: row.syncState === "failed" || row.syncState === "diverged" ? row.syncState : null,
});

const dateOf = (iso: string | null) => (iso === null ? null : new Date(iso));

/**
 * Returns the columns that take a decision back, for one that was undone or that the vendor did not carry out. An owner or a
 * verdict that somebody has changed since stays.
 */
export function columnsBefore(
  { before, fromStatus, toStatus, setsOwner, toOwnerId, reason, requestedAt }: ChangeRow,
  row: LockedDetection,
): Partial<TeamColumns> {
  // the vendor reopened it since, so nobody owns or judges it any more
  if (!before || (before.round !== undefined && before.round !== row.notifyRound)) return {};
  const since = setsOwner && toOwnerId !== null ? requestedAt.getTime() : undefined;
  const holdsOwner = setsOwner && row.ownerId === toOwnerId && row.ownedSince?.getTime() === since;
  const withdraws = toStatus !== null && withdrawsVerdict(fromStatus, toStatus);
  const holdsVerdict =
    reason === null ? withdraws && row.judgedAt === null : row.judgedAt?.getTime() === requestedAt.getTime();
  return {
    ...(holdsOwner ? { ownerId: before.ownerId, ownedSince: dateOf(before.ownedSince) } : {}),
    ...(holdsVerdict
      ? {
          verdict: before.verdict,
          reason: before.reason,
          judgedBy: before.judgedBy,
          judgedAt: dateOf(before.judgedAt),
          judgedHow: before.judgedHow,
        }
      : {}),
  };
}

/** Whether a status withdraws an earlier verdict if it brings none: a reopening does, and a closing without a reason. */
export const withdrawsVerdict = (from: Status, to: Status): boolean => isReopening(from, to) || isClosed(to);

/**
 * Returns the columns of a confirmed decision that a reopening at the vendor took away while it was on its way. The vendor has
 * what was decided after all, so the decision stands.
 */
export function columnsOf(
  { toStatus, setsOwner, toOwnerId, reason, requestedBy, requestedAt, requester }: ChangeRow,
  row: LockedDetection,
): Partial<TeamColumns> {
  if (toStatus === null || !isClosed(toStatus)) return {};
  const judgedAs =
    reason && row.judgedAt === null
      ? {
          verdict: judgements[reason].verdict,
          reason,
          judgedBy: requestedBy,
          judgedAt: requestedAt,
          judgedHow: requester?.tokenId ? ("api" as const) : ("sheet" as const),
        }
      : {};
  const isTaken = setsOwner && toOwnerId !== null && row.ownerId === null;
  return { ...judgedAs, ...(isTaken ? { ownerId: toOwnerId, ownedSince: requestedAt } : {}) };
}

/**
 * Whether the vendor reopened an alert, which has this status now, while the same reopening was pending here. It began no round
 * then, because whoever asked for the change was to own the alert. If the change doesn't stand, the vendor's reopening does.
 */
export const isReopenedMeanwhile = (
  { fromStatus, toStatus }: Pick<ChangeRow, "fromStatus" | "toStatus">,
  status: Status,
): boolean => toStatus !== null && status === toStatus && isReopening(fromStatus, toStatus);

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
    ownedSince,
  }: Pick<LockedDetection, "organisationId" | "id" | "status" | "ownedSince">,
): Promise<void> {
  if (ownedSince !== null || (status !== "active" && status !== "unknown")) return;
  await resumeEscalations(tx, organisationId, [id], newId, services.now());
}
