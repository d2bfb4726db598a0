import { and, eq, inArray, isNull } from "drizzle-orm";
import { type Transaction, takeChanges } from "../../client.ts";
import { configurations, detectionSources, detections, statusChanges } from "../../schema/index.ts";
import { configurationOfDetection } from "../joins.ts";
import { acknowledgedBy, type DetectionRow } from "./detections.ts";

export type StatusChangeRow = typeof statusChanges.$inferSelect;

/** A locked detection, and those columns of its configuration that decide whether a status may be sent to the vendor. */
export type LockedDetection = DetectionRow & {
  acknowledgedBy: string | null;
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
      acknowledgedBy,
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
      "status" | "pendingChangeId" | "pendingStatus" | "syncState" | "acknowledgedByUserId" | "acknowledgedAt"
    >
  >,
): Promise<number> {
  const changeSequence = await takeChanges(tx, organisationId, 1);
  await tx
    .update(detections)
    .set({ ...values, changeSequence })
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

/**
 * Records that a person acknowledged a detection. Returns the detection's new change number, or null if the detection is
 * already acknowledged.
 */
export async function markAcknowledged(
  tx: Transaction,
  organisationId: string,
  id: string,
  userId: string,
  at: Date,
): Promise<number | null> {
  const changeSequence = await takeChanges(tx, organisationId, 1);
  const rows = await tx
    .update(detections)
    .set({ acknowledgedByUserId: userId, acknowledgedAt: at, changeSequence })
    .where(
      and(
        eq(detections.organisationId, organisationId),
        eq(detections.id, id),
        isNull(detections.acknowledgedAt),
      ),
    )
    .returning({ id: detections.id });
  return rows.length === 1 ? changeSequence : null;
}

/** Inserts a status change. */
export async function insertStatusChange(
  tx: Transaction,
  row: typeof statusChanges.$inferInsert,
): Promise<void> {
  await tx.insert(statusChanges).values(row);
}

/** Returns a status change, or undefined if there is none. */
export async function getStatusChange(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select()
    .from(statusChanges)
    .where(and(eq(statusChanges.organisationId, organisationId), eq(statusChanges.id, id)));
  return rows[0];
}

/** Returns the organisation's status changes with these ids, in the order of the ids. */
export async function listStatusChanges(
  tx: Transaction,
  organisationId: string,
  ids: string[],
): Promise<StatusChangeRow[]> {
  if (ids.length === 0) return [];
  return tx
    .select()
    .from(statusChanges)
    .where(and(eq(statusChanges.organisationId, organisationId), inArray(statusChanges.id, ids)))
    .orderBy(statusChanges.id);
}

/**
 * Moves a status change from one of the states `from` to `to`. Returns false if the status change has another state. So only
 * one of several concurrent moves succeeds.
 */
export async function moveStatusChange(
  tx: Transaction,
  organisationId: string,
  id: string,
  from: StatusChangeRow["state"][],
  to: StatusChangeRow["state"],
  values: Partial<
    Pick<StatusChangeRow, "attemptedAt" | "finishedAt" | "message" | "remedy" | "requestId">
  > = {},
): Promise<boolean> {
  const rows = await tx
    .update(statusChanges)
    .set({ state: to, ...values })
    .where(
      and(
        eq(statusChanges.organisationId, organisationId),
        eq(statusChanges.id, id),
        inArray(statusChanges.state, from),
      ),
    )
    .returning({ id: statusChanges.id });
  return rows.length === 1;
}
