import { and, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import { newId } from "#lib/platform/ids.ts";
import { type Transaction, takeChanges } from "../../client.ts";
import { detectionEvents, detectionSources, detections } from "../../schema/index.ts";

const atOnce = 200;

/**
 * Counts a whole read, begun with `ticket`, that didn't bring what only a webhook had brought before it began and
 * before `settledBefore` (the list may lag), and
 * says in the timeline when a detection has been missed `most` times. Gives the ids of those.
 */
// long: the statements of one transaction, a condition a line
export async function countMissedPoll(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  ticket: number,
  most: number,
  { at, settledBefore }: { at: Date; settledBefore: Date },
): Promise<string[]> {
  const missed = await tx
    .select({ id: detections.id, missedPolls: detectionSources.missedPolls })
    .from(detections)
    .innerJoin(
      detectionSources,
      and(
        eq(detectionSources.organisationId, detections.organisationId),
        eq(detectionSources.detectionId, detections.id),
      ),
    )
    .where(
      and(
        eq(detectionSources.organisationId, organisationId),
        eq(detectionSources.configurationId, configurationId),
        isNull(detectionSources.firstPolledAt),
        // one that was asked for by its id is known
        eq(detectionSources.readTicket, 0),
        lt(detectionSources.webhookTicket, ticket),
        lt(detectionSources.firstDeliveredAt, settledBefore),
        lt(detectionSources.missedPolls, most),
      ),
    )
    .orderBy(detections.id)
    .limit(atOnce)
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
          missed.map((one) => one.id),
        ),
      ),
    );
  const unknown = missed.filter((one) => one.missedPolls + 1 >= most).map((one) => one.id);
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

/** How many detections of each configuration that came since `since` its vendor doesn't know. */
export async function countUnknown(
  tx: Transaction,
  organisationId: string,
  most: number,
  since: Date,
): Promise<Map<string, number>> {
  const rows = await tx
    .select({ id: detectionSources.configurationId, count: sql<number>`count(*)::integer` })
    .from(detectionSources)
    .where(
      and(
        eq(detectionSources.organisationId, organisationId),
        isNull(detectionSources.firstPolledAt),
        sql`${detectionSources.missedPolls} >= ${most}`,
        sql`${detectionSources.firstDeliveredAt} > ${since.toISOString()}::timestamptz`,
      ),
    )
    .groupBy(detectionSources.configurationId);
  return new Map(rows.map((row) => [row.id, row.count]));
}
