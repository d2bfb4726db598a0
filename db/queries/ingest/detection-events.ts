import type { Transaction } from "../../client.ts";
import { detectionEvents } from "../../schema/index.ts";

export type EventInput = Pick<
  typeof detectionEvents.$inferInsert,
  "id" | "kind" | "actor" | "source" | "detail" | "note"
>;

/** Inserts timeline entries that all have the same change number. */
export async function insertEvents(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  at: Date,
  changeSequence: number,
  events: EventInput[],
): Promise<void> {
  if (events.length === 0) return;
  const shared = { organisationId, detectionId, at, changeSequence };
  await tx
    .insert(detectionEvents)
    .values(events.map((event, position) => ({ ...shared, position, ...event })));
}
