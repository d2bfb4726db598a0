import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { listSourceStates } from "#db/queries/triage/decisions.ts";
import type { Transaction } from "#db/client.ts";
import type { LockedDetection } from "#db/queries/triage/decisions.ts";
import { isClosed } from "#lib/domain/status.ts";
import type { listAccess } from "#lib/core/access.ts";
import { actorId, authorise, type Context, isAdmin } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { forEachLocked, parseIds, writeOwner } from "./owner.ts";
import { requestStatus } from "./request-status.ts";
import { type OwnerResult, ownerNotFound } from "./take-over.ts";
import { isUnknown, unknownToVendor } from "./unknown.ts";

/**
 * Takes the owner from up to 500 open detections, so that they need triage again and their escalation goes on at the step that
 * it had. One that is In Progress becomes Active, at the vendor too. Only the owner and admins may release. Throws
 * ServiceError.
 */
export async function releaseDetections(ctx: Context, rawInput: unknown): Promise<OwnerResult[]> {
  authorise(ctx, triageVerbs.release.permission);
  return forEachLocked<OwnerResult>(
    ctx,
    parseIds(rawInput),
    (tx, row, access) => {
      const own = access.find(({ configuration }) => configuration.id === row.configurationId);
      return releaseOne(ctx, tx, row, own);
    },
    ownerNotFound,
  );
}

async function releaseOne(
  ctx: Context,
  tx: Transaction,
  row: LockedDetection,
  access: Awaited<ReturnType<typeof listAccess>>[number] | undefined,
): Promise<OwnerResult> {
  const refuse = (code: "conflict" | "not_allowed", message: string): OwnerResult => ({
    id: row.id,
    outcome: "refused",
    code,
    message,
  });
  const { actor } = ctx;
  if (row.pendingStatus)
    return refuse("conflict", "Another change is on its way. Wait until it is confirmed.");
  if (isClosed(row.status)) return refuse("conflict", "It is closed, so there is nothing to release.");
  if (row.ownerId === null && row.status !== "in_progress") return refuse("conflict", "Nobody owns it.");
  if (!isAdmin(actor) && row.ownerId !== null && row.ownerId !== actorId(actor))
    return refuse("not_allowed", `${row.ownerName ?? "A colleague"} owns it. Take it over, or ask an admin.`);
  if (row.status !== "in_progress") {
    const changeId = await writeOwner(ctx, tx, row, null, "released");
    return { id: row.id, outcome: "done", changeId, undoMs: ctx.services.undoWindowMs };
  }
  if (!access) return ownerNotFound(row.id);
  if (access.writeBlock) return refuse("not_allowed", access.writeBlock);
  const vendor = vendorOf(ctx.services, access.configuration);
  const source = (await listSourceStates(tx, row.organisationId, [row.id])).get(row.id);
  if (source && isUnknown(source)) return refuse("not_allowed", unknownToVendor(vendor.manifest.words));
  const result = await requestStatus(ctx, tx, vendor, row, {
    expected: row.status,
    to: "active",
    note: "",
    reason: null,
    ownerId: null,
  });
  if (result.outcome === "held")
    return { id: row.id, outcome: "done", changeId: result.changeId, undoMs: result.undoMs };
  return refuse(result.code === "not_allowed" ? "not_allowed" : "conflict", result.message);
}
