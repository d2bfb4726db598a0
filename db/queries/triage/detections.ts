import { and, desc, eq, inArray, isNotNull, ne, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import {
  configurations,
  detectionEvents,
  detectionSources,
  detections,
  detectionChanges,
} from "../../schema/index.ts";
import { configurationOfDetection, sourceOfDetection } from "../joins.ts";

export type DetectionRow = typeof detections.$inferSelect;
export type DetectionSourceRow = typeof detectionSources.$inferSelect;
export type DetectionEventRow = typeof detectionEvents.$inferSelect;

/** The current name of the person who acknowledged a detection; null if nobody has. */
export const ownerName = sql<
  string | null
>`(select users.display_name from users where users.id = detections.owner_id)`;

/** The current name of the person who owned a detection until they were silent for too long; null if somebody owns it, or nobody did. */
export const silentOwnerName = sql<
  string | null
>`(select users.display_name from users where users.id = detections.silent_owner_id)`;

/** Returns the detections with these ids and their configurations. Leaves out detections of deleted configurations. */
export async function listDetectionRows(tx: Transaction, organisationId: string, ids: readonly string[]) {
  return tx
    .select({ detection: detections, configuration: configurations })
    .from(detections)
    .innerJoin(configurations, configurationOfDetection)
    .where(and(eq(detections.organisationId, organisationId), inArray(detections.id, [...ids])));
}

/** Returns a detection with its row in `detection_sources` and its configuration, or undefined if there is none. */
export async function getDetectionRow(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select({
      detection: detections,
      ownerName,
      silentOwnerName,
      source: detectionSources,
      configuration: configurations,
    })
    .from(detections)
    .innerJoin(detectionSources, sourceOfDetection)
    .innerJoin(configurations, configurationOfDetection)
    .where(and(eq(detections.organisationId, organisationId), eq(detections.id, id)));
  return rows[0];
}

/** Lists the last 500 entries of a detection's timeline, newest first. */
export async function listEvents(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<DetectionEventRow[]> {
  return tx
    .select()
    .from(detectionEvents)
    .where(
      and(eq(detectionEvents.organisationId, organisationId), eq(detectionEvents.detectionId, detectionId)),
    )
    .orderBy(desc(detectionEvents.changeSequence), desc(detectionEvents.position))
    .limit(500);
}

/** Returns the texts of a detection's comments that weren't taken back, by the id of their change. */
export async function listComments(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<Map<string, string>> {
  const rows = await tx
    .select({ id: detectionChanges.id, comment: detectionChanges.comment })
    .from(detectionChanges)
    .where(
      and(
        eq(detectionChanges.organisationId, organisationId),
        eq(detectionChanges.detectionId, detectionId),
        isNotNull(detectionChanges.comment),
        ne(detectionChanges.state, "cancelled"),
      ),
    );
  return new Map(rows.map(({ id, comment }) => [id, comment ?? ""]));
}

/** Returns a detection's latest change of its status that wasn't undone, or undefined if there is none. */
export async function getLatestChange(tx: Transaction, organisationId: string, detectionId: string) {
  const rows = await tx
    .select()
    .from(detectionChanges)
    .where(
      and(
        eq(detectionChanges.organisationId, organisationId),
        eq(detectionChanges.detectionId, detectionId),
        isNotNull(detectionChanges.toStatus),
        ne(detectionChanges.state, "cancelled"),
      ),
    )
    .orderBy(desc(detectionChanges.requestedAt))
    .limit(1);
  return rows[0];
}

/**
 * Returns the last note on another alert of the same type and resource. Considers only alerts of these configurations; null
 * means all configurations.
 */
export async function getLastSimilarNote(
  tx: Transaction,
  organisationId: string,
  detection: { id: string; alertType: string; resourceName: string },
  configurationIds: string[] | null,
) {
  if (configurationIds?.length === 0) return undefined;
  const rows = await tx
    .select({
      note: detectionChanges.note,
      by: detectionChanges.requestedBy,
      at: detectionChanges.requestedAt,
    })
    .from(detectionChanges)
    .where(
      and(
        eq(detectionChanges.organisationId, organisationId),
        eq(detectionChanges.alertType, detection.alertType),
        eq(detectionChanges.resourceName, detection.resourceName),
        isNotNull(detectionChanges.note),
        ne(detectionChanges.detectionId, detection.id),
        ne(detectionChanges.state, "cancelled"),
        configurationIds ? inArray(detectionChanges.configurationId, configurationIds) : undefined,
      ),
    )
    .orderBy(desc(detectionChanges.requestedAt))
    .limit(1);
  return rows[0];
}
