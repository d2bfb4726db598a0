import type { Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { recordActed } from "#db/queries/alerting/notifications.ts";
import { putOutbox } from "#db/queries/triage/outbox.ts";
import {
  insertStatusChange,
  type LockedDetection,
  listSourceStates,
  lockDetections,
  updateDetection,
} from "#db/queries/triage/status-changes.ts";
import { statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId, newReference } from "#lib/platform/ids.ts";
import { type SetStatusInput, setStatusInput } from "#lib/schemas/detections.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { actorId, authorise, type Context, inOwnOrganisation, sourceOf } from "#lib/core/context.ts";
import { requesterOf } from "#lib/core/requester.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { isUnknown, unknownToVendor } from "./unknown.ts";

export type StatusResult =
  /** `undoMs`: for this number of ms, the change can be undone */
  | { id: string; outcome: "held"; changeId: string; undoMs: number }
  | {
      id: string;
      outcome: "refused";
      code: "not_found" | "conflict" | "not_allowed" | "unavailable";
      message: string;
    };

const perTransaction = 50;

/**
 * Requests a status for up to 500 detections. Each change is pending until Undo is over. Returns one result for each
 * detection. A result is `refused` if another change is pending, or if the status differs from the one that the person
 * saw. Throws ServiceError.
 */
export async function setDetectionStatus(ctx: Context, rawInput: unknown): Promise<StatusResult[]> {
  authorise(ctx, "detections.triage");
  const parsed = setStatusInput(ctx.services.noteRequired).safeParse(rawInput);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ServiceError("invalid", issue?.message ?? "That can't be read.", {
      fields: issue ? { [String(issue.path[0] ?? "form")]: issue.message } : {},
    });
  }
  const input = parsed.data;
  const expected = new Map(input.items.map((item) => [item.id, item.expected]));
  const ids = [...expected.keys()];
  const results = new Map<string, StatusResult>();
  for (let at = 0; at < ids.length; at += perTransaction) {
    const part = ids.slice(at, at + perTransaction);
    for (const result of await requestPart(ctx, part, expected, input)) results.set(result.id, result);
  }
  return ids.map(
    (id) =>
      results.get(id) ?? {
        id,
        outcome: "refused",
        code: "not_found",
        message: "This detection isn't here any more. Refresh the list.",
      },
  );
}

/** Requests a part of a bulk status change in one transaction. If the transaction fails, every result is `refused`. */
async function requestPart(
  ctx: Context,
  part: string[],
  expected: ReadonlyMap<string, LockedDetection["status"]>,
  input: SetStatusInput,
): Promise<StatusResult[]> {
  try {
    return await inOwnOrganisation(ctx, async (tx) => {
      const results: StatusResult[] = [];
      const access = await listAccess(ctx, tx);
      const byId = new Map(access.map((item) => [item.configuration.id, item]));
      const rows = await lockDetections(tx, ctx.actor.organisationId, part, readableIds(access));
      const sources = await listSourceStates(
        tx,
        ctx.actor.organisationId,
        rows.map((row) => row.id),
      );
      for (const row of rows) {
        const ownAccess = byId.get(row.configurationId);
        // the configuration has been deleted meanwhile
        if (!ownAccess) continue;
        const vendor = vendorOf(ctx.services, ownAccess.configuration);
        const source = sources.get(row.id);
        results.push(
          ownAccess.writeBlock
            ? refusedResult(row.id, "not_allowed", ownAccess.writeBlock)
            : source && isUnknown(source)
              ? refusedResult(row.id, "not_allowed", unknownToVendor(vendor.manifest.words))
              : await requestOne(ctx, tx, vendor, row, expected.get(row.id) ?? row.status, input),
        );
      }
      const userId = actorId(ctx.actor);
      const detectionIds = results.filter(({ outcome }) => outcome === "held").map(({ id }) => id);
      if (userId)
        await recordActed(tx, ctx.actor.organisationId, { userId, detectionIds }, ctx.services.now());
      return results;
    });
  } catch (error) {
    const reference = newReference();
    ctx.services.log("status.request_failed", { reference, error });
    const message = `The change could not be stored, so nothing is sent to the vendor. Try again. If it fails again, tell whoever runs PocketSOC the reference ${reference}.`;
    return part.map((id) => ({ id, outcome: "refused", code: "unavailable", message }));
  }
}

const refusedResult = (id: string, code: "conflict" | "not_allowed", message: string): StatusResult => ({
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
): StatusResult | null {
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

async function requestOne(
  ctx: Context,
  tx: Transaction,
  vendor: Vendor,
  row: LockedDetection,
  expected: LockedDetection["status"],
  input: { to: TargetStatus; note: string },
): Promise<StatusResult> {
  const refusal = refusalOf(vendor, row, expected, input.to);
  if (refusal) return refusal;
  const { organisationId } = ctx.actor;
  const userId = actorId(ctx.actor);
  const now = ctx.services.now();
  const changeId = newId();
  await insertStatusChange(tx, {
    organisationId,
    id: changeId,
    detectionId: row.id,
    configurationId: row.configurationId,
    alertType: row.alertType,
    resourceName: row.resourceName,
    fromStatus: row.status,
    toStatus: input.to,
    note: input.note || null,
    state: "held",
    requestedBy: ctx.actor.name,
    requestedById: userId,
    requester: requesterOf(ctx.actor),
    requestedAt: now,
  });
  await putOutbox(tx, organisationId, [changeId], ctx.services.undoWindowMs);
  const sequence = await updateDetection(tx, organisationId, row.id, {
    pendingChangeId: changeId,
    pendingStatus: input.to,
    syncState: "held",
    ...(userId && !row.acknowledgedAt ? { acknowledgedByUserId: userId, acknowledgedAt: now } : {}),
  });
  await insertEvents(tx, organisationId, row.id, now, sequence, [
    {
      id: newId(),
      kind: "status_requested",
      actor: ctx.actor.name,
      source: sourceOf(ctx.actor),
      detail: { from: row.status, to: input.to, changeId },
      note: input.note || null,
    },
  ]);
  await recordAudit(
    ctx,
    tx,
    "detection.status_requested",
    { kind: "detection", id: row.id },
    { from: row.status, to: input.to },
  );
  return { id: row.id, outcome: "held", changeId, undoMs: ctx.services.undoWindowMs };
}
