import { and, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import { newId } from "#lib/platform/ids.ts";
import { type Transaction, takeChanges } from "../../client.ts";
import { detectionEvents, detections } from "../../schema/index.ts";

const atOnce = 200;

/**
 * Counts a full read, begun with `ticket`, that didn't bring what only a webhook had brought before it began and
 * before `settledBefore` (the list may lag), and
 * says in the timeline when a detection has been missed `most` times. Gives the ids of those.
 */
export async function countMissedPoll(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  ticket: number,
  most: number,
  { at, settledBefore }: { at: Date; settledBefore: Date },
): Promise<string[]> {
  const missed = await tx
    .select({ id: detections.id, missedPolls: detections.missedPolls })
    .from(detections)
    .where(
      and(
        eq(detections.organisationId, organisationId),
        eq(detections.configurationId, configurationId),
        isNull(detections.firstPolledAt),
        // one that was asked for by its id is known
        eq(detections.readTicket, 0),
        lt(detections.webhookTicket, ticket),
        lt(detections.firstDeliveredAt, settledBefore),
        lt(detections.missedPolls, most),
      ),
    )
    .orderBy(detections.id)
    .limit(atOnce)
    .for("update");
  const unknown = missed.filter((one) => one.missedPolls + 1 >= most).map((one) => one.id);
  const waiting = missed.filter((one) => one.missedPolls + 1 < most).map((one) => one.id);
  const own = eq(detections.organisationId, organisationId);
  const more = { missedPolls: sql`${detections.missedPolls} + 1` };
  if (waiting.length > 0)
    await tx
      .update(detections)
      .set(more)
      .where(and(own, inArray(detections.id, waiting)));
  if (unknown.length === 0) return [];
  let sequence = (await takeChanges(tx, organisationId, unknown.length)) - unknown.length;
  for (const id of unknown) {
    sequence++;
    await tx
      .update(detections)
      .set({ ...more, changeSequence: sequence })
      .where(and(own, eq(detections.id, id)));
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
    .select({ id: detections.configurationId, count: sql<number>`count(*)::integer` })
    .from(detections)
    .where(
      and(
        eq(detections.organisationId, organisationId),
        isNull(detections.firstPolledAt),
        sql`${detections.missedPolls} >= ${most}`,
        sql`${detections.firstDeliveredAt} > ${since.toISOString()}::timestamptz`,
      ),
    )
    .groupBy(detections.configurationId);
  return new Map(rows.map((row) => [row.id, row.count]));
}
