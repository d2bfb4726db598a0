import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { type Transaction, takeChanges } from "../../client.ts";
import { configurations, detectionSources, detections, detectionChanges } from "../../schema/index.ts";
import { configurationOfDetection } from "../joins.ts";
import { ownerName, type DetectionRow } from "./detections.ts";

export type ChangeRow = typeof detectionChanges.$inferSelect;

/** A locked detection, and those columns of its configuration that decide whether a status may be sent to the vendor. */
export type LockedDetection = DetectionRow & {
  ownerName: string | null;
  configurationName: string;
  configurationDisabledAt: Date | null;
};

/**
 * Locks the organisation's detections with these ids until commit, in a fixed order, and returns them. Considers only
 * detections of the configurations in `configurationIds`; null means all. Leaves out detections of deleted configurations.
 */
export async function lockDetections(
  tx: Transaction,
  organisationId: string,
  ids: string[],
  configurationIds: string[] | null,
): Promise<LockedDetection[]> {
  if (ids.length === 0 || configurationIds?.length === 0) return [];
  const rows = await tx
    .select({
      detection: detections,
      ownerName,
      configurationName: configurations.displayName,
      configurationDisabledAt: configurations.disabledAt,
    })
    .from(detections)
    .innerJoin(configurations, configurationOfDetection)
    .where(
      and(
        eq(detections.organisationId, organisationId),
        inArray(detections.id, ids),
        configurationIds ? inArray(detections.configurationId, configurationIds) : undefined,
      ),
    )
    .orderBy(detections.id)
    .for("no key update", { of: detections });
  return rows.map(({ detection, ...rest }) => ({ ...detection, ...rest }));
}

/** Updates columns of a locked detection. Returns the detection's new change number. */
export async function updateDetection(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<
    Pick<
      DetectionRow,
      | "status"
      | "pendingChangeId"
      | "pendingStatus"
      | "syncState"
      | "ownerId"
      | "ownedSince"
      | "silentOwnerId"
      | "offeredToId"
      | "offeredAt"
      | "passedById"
      | "commentCount"
      | "reference"
      | "verdict"
      | "reason"
      | "judgedBy"
      | "judgedAt"
      | "judgedHow"
    >
  >,
): Promise<number> {
  const changeSequence = await takeChanges(tx, organisationId, 1);
  // whoever owns it now, nobody is silent, offered it or has passed it on
  const owned = values.ownerId
    ? { silentOwnerId: null, offeredToId: null, offeredAt: null, passedById: null }
    : {};
  await tx
    .update(detections)
    .set({ ...values, ...owned, changeSequence })
    .where(and(eq(detections.organisationId, organisationId), eq(detections.id, id)));
  return changeSequence;
}

/**
 * Returns, keyed by detection id, the ticket of the detection's last read, the time of the first poll that found the alert,
 * and the number of polls that missed it.
 */
export async function listSourceStates(
  tx: Transaction,
  organisationId: string,
  ids: string[],
): Promise<Map<string, SourceState>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select({
      detectionId: detectionSources.detectionId,
      readTicket: detectionSources.readTicket,
      firstPolledAt: detectionSources.firstPolledAt,
      missedPolls: detectionSources.missedPolls,
    })
    .from(detectionSources)
    .where(
      and(eq(detectionSources.organisationId, organisationId), inArray(detectionSources.detectionId, ids)),
    );
  return new Map(rows.map((row) => [row.detectionId, row]));
}
export type SourceState = Pick<
  typeof detectionSources.$inferSelect,
  "detectionId" | "readTicket" | "firstPolledAt" | "missedPolls"
>;

/** Records the status that a read found at the vendor. The detection must be locked. */
export async function setVendorStatus(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  values: Pick<typeof detectionSources.$inferSelect, "vendorStatus" | "readTicket" | "readAt">,
): Promise<void> {
  await tx
    .update(detectionSources)
    .set(values)
    .where(
      and(eq(detectionSources.organisationId, organisationId), eq(detectionSources.detectionId, detectionId)),
    );
}

/** Inserts a change. */
export async function insertChange(
  tx: Transaction,
  row: typeof detectionChanges.$inferInsert,
): Promise<void> {
  await tx.insert(detectionChanges).values(row);
}

/** Returns a change, or undefined if there is none. */
export async function getChange(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select()
    .from(detectionChanges)
    .where(and(eq(detectionChanges.organisationId, organisationId), eq(detectionChanges.id, id)));
  return rows[0];
}

/** Returns the organisation's changes with these ids, in the order of the ids. */
export async function listChanges(
  tx: Transaction,
  organisationId: string,
  ids: string[],
): Promise<ChangeRow[]> {
  if (ids.length === 0) return [];
  return tx
    .select()
    .from(detectionChanges)
    .where(and(eq(detectionChanges.organisationId, organisationId), inArray(detectionChanges.id, ids)))
    .orderBy(detectionChanges.id);
}

/**
 * Moves a change from one of the states `from` to `to`. Returns false if the change has another state. So only
 * one of several concurrent moves succeeds.
 */
export async function moveChange(
  tx: Transaction,
  organisationId: string,
  id: string,
  from: ChangeRow["state"][],
  to: ChangeRow["state"],
  values: Partial<Pick<ChangeRow, "attemptedAt" | "finishedAt" | "message" | "remedy" | "requestId">> = {},
): Promise<boolean> {
  const rows = await tx
    .update(detectionChanges)
    .set({ state: to, ...values })
    .where(
      and(
        eq(detectionChanges.organisationId, organisationId),
        eq(detectionChanges.id, id),
        inArray(detectionChanges.state, from),
      ),
    )
    .returning({ id: detectionChanges.id });
  return rows.length === 1;
}

/**
 * Lets later changes of the detection return to what was before `change`, where they would return to the owner that it set. Call it
 * for a change that doesn't stand. The detection must be locked.
 */
export async function rewriteBefore(
  tx: Transaction,
  organisationId: string,
  change: ChangeRow,
): Promise<void> {
  const { before, detectionId, requestedAt, setsOwner, toOwnerId } = change;
  if (!before || !setsOwner || toOwnerId === null) return;
  const earlier = JSON.stringify({ ownerId: before.ownerId, ownedSince: before.ownedSince });
  await tx
    .update(detectionChanges)
    .set({ before: sql`${detectionChanges.before} || ${earlier}::text::jsonb` })
    .where(
      and(
        eq(detectionChanges.organisationId, organisationId),
        eq(detectionChanges.detectionId, detectionId),
        ne(detectionChanges.id, change.id),
        sql`${detectionChanges.before} ->> 'ownerId' = ${toOwnerId}`,
        sql`${detectionChanges.before} ->> 'ownedSince' = ${requestedAt.toISOString()}`,
      ),
    );
}
