import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import type { Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { insertChange, type LockedDetection, updateDetection } from "#db/queries/triage/decisions.ts";
import { putOutbox } from "#db/queries/triage/outbox.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { type Context, sourceOf } from "#lib/core/context.ts";
import { statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import { type JudgedHow, judgements, type Reason } from "#lib/domain/verdict.ts";
import { newChange } from "./new-change.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import { noOwner, noVerdict, resumeIfUnowned, withdrawsVerdict } from "./team-state.ts";

type Refused = {
  id: string;
  outcome: "refused";
  code: "not_found" | "conflict" | "not_allowed" | "unavailable";
  message: string;
};
type RequestResult =
  /** `undoMs`: for this number of ms, the change can be undone */
  { id: string; outcome: "held"; changeId: string; undoMs: number } | Refused;
export type StatusResult =
  | RequestResult
  /** the detection has the status already, and only its verdict was changed; `undoMs` as above */
  | { id: string; outcome: "judged"; changeId: string; undoMs: number };

/** Returns the result of a status change that was refused. */
export const refusedResult = (id: string, code: "conflict" | "not_allowed", message: string): Refused => ({
  id,
  outcome: "refused",
  code,
  message,
});

/** Returns the refusal of a status change. Returns null if the detection allows the change now. */
function refusalOf(
  { manifest, can }: Vendor,
  row: LockedDetection,
  expected: LockedDetection["status"],
  to: TargetStatus,
): Refused | null {
  const refuse = (code: "conflict" | "not_allowed", message: string) => refusedResult(row.id, code, message);
  if (row.configurationDisabledAt) {
    return refuse(
      "not_allowed",
      `“${row.configurationName}” is disabled, so nothing is sent to ${manifest.words.provider}. An admin can enable it under Settings.`,
    );
  }
  if (row.pendingStatus) {
    return refuse(
      "conflict",
      `Someone asked for ${statusLabel[row.pendingStatus]} a moment ago. Wait until it is confirmed, then decide.`,
    );
  }
  if (row.status !== expected) {
    return refuse(
      "conflict",
      `It is ${statusLabel[row.status]} by now, no longer ${statusLabel[expected]}. Look at it again, then decide.`,
    );
  }
  const { provider } = manifest.words;
  if (!can.update?.fields.includes("status"))
    return refuse("not_allowed", `${provider} takes no changes of status from PocketSOC.`);
  if (!manifest.transitions[row.status].includes(to)) {
    return refuse(
      "not_allowed",
      `${provider} doesn't take ${statusLabel[row.status]} to ${statusLabel[to]}. Set it back to Active first.`,
    );
  }
  return null;
}

/** A decision with a status: what it sets, and the status that the person saw. `ownerId` null: nobody owns it from then on. */
type StatusDecision = {
  expected: LockedDetection["status"];
  to: TargetStatus;
  note: string;
  reason: Reason | null;
  ownerId: string | null;
};

/** Requests a status for one locked detection, together with the owner and the verdict. */
// long: all that a request writes, in one transaction
export async function requestStatus(
  ctx: Context,
  tx: Transaction,
  vendor: Vendor,
  row: LockedDetection,
  { expected, to, note, reason, ownerId }: StatusDecision,
): Promise<RequestResult> {
  const refusal = refusalOf(vendor, row, expected, to);
  if (refusal) return refusal;
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const change = newChange(ctx, row, now);
  const changeId = change.id;
  const setsOwner = ownerId !== row.ownerId;
  const verdict = reason
    ? {
        verdict: judgements[reason].verdict,
        reason,
        judgedBy: ctx.actor.name,
        judgedAt: now,
        judgedHow: howOf(ctx.actor),
      }
    : withdrawsVerdict(row.status, to)
      ? noVerdict
      : {};
  await insertChange(tx, {
    ...change,
    toStatus: to,
    setsOwner,
    toOwnerId: setsOwner ? ownerId : null,
    reason,
    note: note || null,
    state: "held",
  });
  await putOutbox(tx, organisationId, [changeId], ctx.services.undoWindowMs);
  const owner = setsOwner ? (ownerId === null ? noOwner : { ownerId, ownedSince: now }) : {};
  // the escalation of what is released goes on at once, not only when the vendor has confirmed it
  await resumeIfUnowned(ctx.services, tx, { ...row, ...owner, status: to });
  const sequence = await updateDetection(tx, organisationId, row.id, {
    pendingChangeId: changeId,
    pendingStatus: to,
    syncState: "held",
    ...owner,
    ...verdict,
  });
  const told = {
    from: row.status,
    to,
    ...(reason ? { reason } : {}),
    ...(setsOwner && ownerId === null ? { released: true } : {}),
  };
  await insertEvents(tx, organisationId, row.id, now, sequence, [
    {
      id: newId(),
      kind: "status_requested",
      actor: ctx.actor.name,
      source: sourceOf(ctx.actor),
      detail: { ...told, changeId },
      note: note || null,
    },
  ]);
  await recordAudit(ctx, tx, triageVerbs.setStatus.audit, { kind: "detection", id: row.id }, told);
  return { id: row.id, outcome: "held", changeId, undoMs: ctx.services.undoWindowMs };
}

/** How an actor's verdict is given. */
export const howOf = (actor: Context["actor"]): JudgedHow =>
  actor.kind === "system" ? "rule" : actor.token ? "api" : "sheet";
