import { z } from "zod";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { recordActed } from "#db/queries/alerting/notifications.ts";
import { markAcknowledged, lockDetections } from "#db/queries/triage/status-changes.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { bulkMax } from "#lib/domain/triage.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { actorId, authorise, type Context, inOwnOrganisation, sourceOf } from "#lib/core/context.ts";

const AcknowledgeInput = z.array(z.uuid()).min(1).max(bulkMax);

export type AcknowledgeResult = {
  id: string;
  outcome: "acknowledged" | "already" | "not_found";
  by: string | null;
};

/**
 * Acknowledges up to 500 detections for the actor, without a call to the vendor. Returns one result for each id, in the
 * order of the request. The result for a detection that the actor may not see is `not_found`. Throws ServiceError.
 */
export async function acknowledgeDetections(ctx: Context, rawInput: unknown): Promise<AcknowledgeResult[]> {
  authorise(ctx, "detections.triage");
  const parsed = AcknowledgeInput.safeParse(rawInput);
  if (!parsed.success) throw new ServiceError("invalid", `Choose between 1 and ${bulkMax} detections.`);
  const { organisationId, name } = ctx.actor;
  const userId = actorId(ctx.actor);
  if (!userId) throw new ServiceError("forbidden", "Only a person can acknowledge a detection.");
  const ids = [...new Set(parsed.data)];
  return inOwnOrganisation(ctx, async (tx) => {
    const now = ctx.services.now();
    const results = new Map<string, AcknowledgeResult>();
    const readable = readableIds(await listAccess(ctx, tx));
    for (const row of await lockDetections(tx, organisationId, ids, readable)) {
      const sequence = row.acknowledgedAt
        ? null
        : await markAcknowledged(tx, organisationId, row.id, userId, now);
      if (sequence === null) {
        results.set(row.id, { id: row.id, outcome: "already", by: row.acknowledgedBy });
        continue;
      }
      await insertEvents(tx, organisationId, row.id, now, sequence, [
        {
          id: newId(),
          kind: "acknowledged",
          actor: name,
          source: sourceOf(ctx.actor),
          detail: {},
          note: null,
        },
      ]);
      await recordAudit(ctx, tx, "detection.acknowledged", { kind: "detection", id: row.id });
      results.set(row.id, { id: row.id, outcome: "acknowledged", by: name });
    }
    // someone else may have acknowledged it first, but this person has now seen it too
    await recordActed(tx, organisationId, { userId, detectionIds: [...results.keys()] }, now);
    return ids.map((id) => results.get(id) ?? { id, outcome: "not_found", by: null });
  });
}
