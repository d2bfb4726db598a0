import { and, eq, inArray, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { detectionSources, detections } from "../../schema/index.ts";
import { sourceOfDetection } from "../joins.ts";

const sourceColumns = {
  id: detectionSources.detectionId,
  identity: detectionSources.identity,
  contentHash: detectionSources.contentHash,
  status: detectionSources.vendorStatus,
  readTicket: detectionSources.readTicket,
  readAt: detectionSources.readAt,
  firstPolledAt: detectionSources.firstPolledAt,
  firstDeliveredAt: detectionSources.firstDeliveredAt,
  webhookOrder: detectionSources.webhookOrder,
  webhookTicket: detectionSources.webhookTicket,
  missedPolls: detectionSources.missedPolls,
};

/**
 * Returns the stored detections with these identities, with only the columns that show whether an observation is new. Locks
 * nothing.
 */
export async function listByIdentity(tx: Transaction, organisationId: string, identities: Buffer[]) {
  if (identities.length === 0) return [];
  return tx
    .select(sourceColumns)
    .from(detectionSources)
    .where(and(eq(detectionSources.organisationId, organisationId), isOneOf(identities)))
    .prepare("list_by_identity")
    .execute();
}

/** Returns what is stored of the alerts with these identities, without their texts. Locks nothing. */
export async function listReadings(tx: Transaction, organisationId: string, identities: Buffer[]) {
  if (identities.length === 0) return [];
  return tx
    .select({
      identity: detectionSources.identity,
      normalised: detectionSources.normalised,
      polled: detectionSources.polled,
    })
    .from(detectionSources)
    .where(and(eq(detectionSources.organisationId, organisationId), isOneOf(identities)))
    .prepare("list_readings")
    .execute();
}

/** Returns the texts of alerts as last read from the vendor, gzipped, by detection. */
export async function listRawTexts(tx: Transaction, organisationId: string, detectionIds: string[]) {
  if (detectionIds.length === 0) return new Map<string, Buffer | null>();
  const rows = await tx
    .select({ id: detectionSources.detectionId, raw: detectionSources.raw })
    .from(detectionSources)
    .where(
      and(
        eq(detectionSources.organisationId, organisationId),
        inArray(detectionSources.detectionId, detectionIds),
      ),
    );
  return new Map(rows.map(({ id, raw }) => [id, raw]));
}

const isOneOf = (identities: Buffer[]) =>
  sql`${detectionSources.identity} = any (${`{${identities.map((identity) => `"\\\\x${identity.toString("hex")}"`).join()}}`}::bytea[])`;

/**
 * Locks the stored detections with these identities until commit and returns them. Also locks their rows in
 * `detection_sources`, because PostgreSQL rereads only locked rows after waiting for another transaction.
 */
export async function lockByIdentity(tx: Transaction, organisationId: string, identities: Buffer[]) {
  if (identities.length === 0) return [];
  return tx
    .select({
      ...sourceColumns,
      occurredAt: detections.occurredAt,
      pendingStatus: detections.pendingStatus,
      ownedSince: detections.ownedSince,
      ref: detectionSources.ref,
      normalised: detectionSources.normalised,
      polled: detectionSources.polled,
      delivered: detectionSources.delivered,
    })
    .from(detections)
    .innerJoin(detectionSources, sourceOfDetection)
    .where(
      and(
        eq(detections.organisationId, organisationId),
        eq(detectionSources.organisationId, organisationId),
        isOneOf(identities),
      ),
    )
    .orderBy(detections.id)
    .for("no key update", { of: [detections, detectionSources] })
    .prepare("lock_by_identity")
    .execute();
}
export type StoredDetection = Awaited<ReturnType<typeof lockByIdentity>>[number];
