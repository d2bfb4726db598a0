import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { recordActed } from "#db/queries/alerting/notifications.ts";
import { type LockedDetection, listSourceStates, lockDetections } from "#db/queries/triage/decisions.ts";
import { isClosed, isReopening, type TargetStatus } from "#lib/domain/status.ts";
import { retryIfRaced } from "#db/client.ts";
import { isUrgent } from "#lib/domain/severity.ts";
import { highMissing } from "#lib/domain/triage.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Reason } from "#lib/domain/verdict.ts";
import { newReference } from "#lib/platform/ids.ts";
import { type SetStatusInput, setStatusInput } from "#lib/schemas/detections.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { actorId, authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { judge } from "./judge.ts";
import { howOf, refusedResult, requestStatus, type StatusResult } from "./request-status.ts";
import { isUnknown, unknownToVendor } from "./unknown.ts";

const perTransaction = 50;

/**
 * Requests a status for up to 500 detections. Each change is pending until Undo is over. Returns one result for each
 * detection. A result is `refused` if another change is pending, or if the status differs from the one that the person
 * saw. A status that a detection has already, with a reason, changes only its verdict. Throws ServiceError.
 */
export async function setDetectionStatus(ctx: Context, rawInput: unknown): Promise<StatusResult[]> {
  authorise(ctx, triageVerbs.setStatus.permission);
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
    return await retryIfRaced(() =>
      inOwnOrganisation(ctx, async (tx) => {
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
          const ownerId = ownerAfter(ctx.actor, row, input.to);
          if (isJudgedOnly(row, expected.get(row.id), input)) {
            results.push(await judge(ctx, tx, row, { ...input, reason: input.reason, ownerId }));
            continue;
          }
          const vendor = vendorOf(ctx.services, ownAccess.configuration);
          const source = sources.get(row.id);
          results.push(
            ownAccess.writeBlock
              ? refusedResult(row.id, "not_allowed", ownAccess.writeBlock)
              : source && isUnknown(source)
                ? refusedResult(row.id, "not_allowed", unknownToVendor(vendor.manifest.words))
                : lacksWords(ctx.actor, row, input)
                  ? refusedResult(row.id, "not_allowed", highMissing)
                  : await requestStatus(ctx, tx, vendor, row, {
                      expected: expected.get(row.id) ?? row.status,
                      to: input.to,
                      note: input.note,
                      reason: input.reason,
                      ownerId,
                    }),
          );
        }
        const userId = actorId(ctx.actor);
        const detectionIds = results.filter(({ outcome }) => outcome !== "refused").map(({ id }) => id);
        if (userId)
          await recordActed(tx, ctx.actor.organisationId, { userId, detectionIds }, ctx.services.now());
        return results;
      }),
    );
  } catch (error) {
    const reference = newReference();
    ctx.services.log("status.request_failed", { reference, error });
    const message = `The change could not be stored, so nothing is sent to the vendor. Try again. If it fails again, tell whoever runs PocketSOC the reference ${reference}.`;
    return part.map((id) => ({ id, outcome: "refused", code: "unavailable", message }));
  }
}

/** Whether a decision changes only the verdict: the detection has the status already, and nothing else is on its way. */
const isJudgedOnly = (
  { status, pendingStatus }: LockedDetection,
  expected: LockedDetection["status"] | undefined,
  input: SetStatusInput,
): input is SetStatusInput & { reason: Reason } =>
  input.reason !== null && status === input.to && expected === status && pendingStatus === null;

/** Returns who owns a detection after a status is set: whoever decides, but a token leaves an open alert to its owner. */
function ownerAfter(
  actor: Context["actor"],
  { ownerId, status }: LockedDetection,
  to: TargetStatus,
): string | null {
  const deciderId = actorId(actor);
  const isLeft = actor.kind === "user" && actor.token !== undefined && !isReopening(status, to);
  return isLeft ? (ownerId ?? deciderId) : (deciderId ?? ownerId);
}

/** Whether a person is about to close a High alert in the portal without a word. Programs with a token decide themselves. */
const lacksWords = (actor: Context["actor"], row: LockedDetection, { to, note }: SetStatusInput): boolean =>
  howOf(actor) === "sheet" && isClosed(to) && isUrgent(row.severity) && !row.isSample && note === "";
