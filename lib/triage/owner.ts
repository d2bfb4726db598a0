import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import { z } from "zod";
import { retryIfRaced, type Transaction } from "#db/client.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { recordActed } from "#db/queries/alerting/notifications.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import {
  insertChange,
  type LockedDetection,
  lockDetections,
  updateDetection,
} from "#db/queries/triage/decisions.ts";
import { bulkMax } from "#lib/domain/triage.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newChange } from "./new-change.ts";
import { newId } from "#lib/platform/ids.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { actorId, type Context, inOwnOrganisation, sourceOf } from "#lib/core/context.ts";
import { noOwner, resumeIfUnowned } from "./team-state.ts";

/** The steps that only change the owner. None of them calls the vendor. */
export type OwnerStep = "acknowledged" | "taken_over" | "released";

const verbOf = { acknowledged: "acknowledge", taken_over: "takeOver", released: "release" } as const;

const Ids = z.array(z.uuid()).min(1).max(bulkMax);

/** Parses the ids of a request. Throws ServiceError `invalid`. */
export function parseIds(rawInput: unknown): string[] {
  const parsed = Ids.safeParse(rawInput);
  if (!parsed.success) throw new ServiceError("invalid", `Choose between 1 and ${bulkMax} detections.`);
  return [...new Set(parsed.data)];
}

/** Returns the id of the person who acts. Throws ServiceError `forbidden` for a program. */
export function personOf(ctx: Context): string {
  const userId = actorId(ctx.actor);
  if (!userId) throw new ServiceError("forbidden", "Only a person can own a detection.");
  return userId;
}

type Access = Awaited<ReturnType<typeof listAccess>>;

/**
 * Locks the detections that the actor may see, and calls `step` for each, with what the actor may see. `step` returns a result, which is given to the
 * detection's id; for an id without a detection, `notFound` is.
 */
export async function forEachLocked<T>(
  ctx: Context,
  ids: readonly string[],
  step: (tx: Transaction, row: LockedDetection, access: Access) => Promise<T>,
  notFound: (id: string) => T,
): Promise<T[]> {
  const { organisationId } = ctx.actor;
  // an escalation that is due locks the same rows in another order
  return retryIfRaced(() =>
    inOwnOrganisation(ctx, async (tx) => {
      const results = new Map<string, T>();
      const access = await listAccess(ctx, tx);
      for (const row of await lockDetections(tx, organisationId, [...ids], readableIds(access)))
        results.set(row.id, await step(tx, row, access));
      const userId = actorId(ctx.actor);
      // someone else may have been first, but this person has now seen it too
      if (userId)
        await recordActed(
          tx,
          organisationId,
          { userId, detectionIds: [...results.keys()] },
          ctx.services.now(),
        );
      return ids.map((id) => results.get(id) ?? notFound(id));
    }),
  );
}

/** how often an owner's "still on it" is recorded */
const keptEveryMs = 60_000;

/** Records that the owner of a locked detection still works on it. */
export async function keepOwner(ctx: Context, tx: Transaction, row: LockedDetection): Promise<void> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  if (row.ownedSince && now.getTime() - row.ownedSince.getTime() < keptEveryMs) return;
  const sequence = await updateDetection(tx, organisationId, row.id, { ownedSince: now });
  await insertEvents(tx, organisationId, row.id, now, sequence, [
    {
      id: newId(),
      kind: "owner_kept",
      actor: ctx.actor.name,
      source: sourceOf(ctx.actor),
      detail: {},
      note: null,
    },
  ]);
}

/** Writes a new owner to a locked detection, null for nobody. Returns the id of the change, by which it can be undone. */
export async function writeOwner(
  ctx: Context,
  tx: Transaction,
  row: LockedDetection,
  ownerId: string | null,
  what: OwnerStep,
): Promise<string> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const change = newChange(ctx, row, now);
  const changeId = change.id;
  await insertChange(tx, {
    ...change,
    setsOwner: true,
    toOwnerId: ownerId,
    state: "confirmed",
    finishedAt: now,
  });
  const owner = ownerId === null ? noOwner : { ownerId, ownedSince: now };
  await resumeIfUnowned(ctx.services, tx, { ...row, ...owner });
  // once it can't be undone any more
  if (what === "taken_over" && row.ownerId !== null)
    await queueAlertingWork(tx, organisationId, "taken_over", [changeId], newId, ctx.services.undoWindowMs);
  const sequence = await updateDetection(tx, organisationId, row.id, owner);
  const person = row.ownerName ?? "";
  await insertEvents(tx, organisationId, row.id, now, sequence, [
    {
      id: newId(),
      kind: what,
      actor: ctx.actor.name,
      source: sourceOf(ctx.actor),
      detail: what === "acknowledged" ? {} : { person },
      note: null,
    },
  ]);
  await recordAudit(
    ctx,
    tx,
    triageVerbs[verbOf[what]].audit,
    { kind: "detection", id: row.id },
    what === "acknowledged" ? {} : { person },
  );
  return changeId;
}
