import { and, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import { newId } from "#lib/platform/ids.ts";
import { type Transaction, takeChanges } from "../../client.ts";
import { detectionEvents, detectionSources, detections } from "../../schema/index.ts";
import { sourceOfDetection } from "../joins.ts";

const batchMax = 200;

/**
 * Increments the number of missed polls of each detection that a complete poll should have found but didn't. The poll began
 * with the read ticket `ticket`. It should have found the detections that only the webhook had brought, before the poll
 * began and before `settledBefore`. A detection whose count reaches `missedMax` gets a timeline entry. Returns the ids of
 * these detections.
 */
// long: the statements of one transaction, a condition a line
export async function countMissedPoll(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  ticket: number,
  missedMax: number,
  { at, settledBefore }: { at: Date; settledBefore: Date },
): Promise<string[]> {
  const missed = await tx
    .select({ id: detections.id, missedPolls: detectionSources.missedPolls })
    .from(detections)
    .innerJoin(detectionSources, sourceOfDetection)
    .where(
      and(
        eq(detectionSources.organisationId, organisationId),
        eq(detectionSources.configurationId, configurationId),
        isNull(detectionSources.firstPolledAt),
        // a detection that was read by its id exists
        eq(detectionSources.readTicket, 0),
        lt(detectionSources.webhookTicket, ticket),
        lt(detectionSources.firstDeliveredAt, settledBefore),
        lt(detectionSources.missedPolls, missedMax),
      ),
    )
    .orderBy(detections.id)
    .limit(batchMax)
    .for("no key update", { of: [detections, detectionSources] });
  if (missed.length === 0) return [];
  await tx
    .update(detectionSources)
    .set({ missedPolls: sql`${detectionSources.missedPolls} + 1` })
    .where(
      and(
        eq(detectionSources.organisationId, organisationId),
        inArray(
          detectionSources.detectionId,
          missed.map(({ id }) => id),
        ),
      ),
    );
  const unknown = missed.filter(({ missedPolls }) => missedPolls + 1 >= missedMax).map(({ id }) => id);
  if (unknown.length === 0) return [];
  let sequence = (await takeChanges(tx, organisationId, unknown.length)) - unknown.length;
  for (const id of unknown) {
    sequence++;
    await tx
      .update(detections)
      .set({ changeSequence: sequence })
      .where(and(eq(detections.organisationId, organisationId), eq(detections.id, id)));
    await tx.insert(detectionEvents).values({
      organisationId,
      id: newId(),
      detectionId: id,
      at,
      kind: "unconfirmed",
      actor: "PocketSOC",
      source: "worker",
      changeSequence: sequence,
    });
  }
  return unknown;
}

/**
 * Counts the detections that the webhook has brought since `since` and that `missedMax` polls missed. The counts are keyed
 * by configuration id.
 */
export async function countUnconfirmed(
  tx: Transaction,
  organisationId: string,
  missedMax: number,
  since: Date,
): Promise<Map<string, number>> {
  const rows = await tx
    .select({ id: detectionSources.configurationId, count: sql<number>`count(*)::integer` })
    .from(detectionSources)
    .where(
      and(
        eq(detectionSources.organisationId, organisationId),
        isNull(detectionSources.firstPolledAt),
        sql`${detectionSources.missedPolls} >= ${missedMax}`,
        sql`${detectionSources.firstDeliveredAt} > ${since.toISOString()}::timestamptz`,
      ),
    )
    .groupBy(detectionSources.configurationId);
  return new Map(rows.map((row) => [row.id, row.count]));
}
