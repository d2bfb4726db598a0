import type { insertChange, LockedDetection } from "#db/queries/triage/decisions.ts";
import { actorId, type Context } from "#lib/core/context.ts";
import { requesterOf } from "#lib/core/requester.ts";
import { newId } from "#lib/platform/ids.ts";
import { teamStateOf } from "./team-state.ts";

/** Returns what every change of a locked detection says, whatever it decides: what was before it, and who makes it, at `at`. */
export const newChange = (ctx: Context, row: LockedDetection, at: Date) =>
  ({
    organisationId: ctx.actor.organisationId,
    id: newId(),
    detectionId: row.id,
    configurationId: row.configurationId,
    alertType: row.alertType,
    resourceName: row.resourceName,
    fromStatus: row.status,
    before: teamStateOf(row),
    requestedBy: ctx.actor.name,
    requestedById: actorId(ctx.actor),
    requester: requesterOf(ctx.actor),
    requestedAt: at,
  }) satisfies Partial<Parameters<typeof insertChange>[1]>;
