import { gzipSync } from "node:zlib";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { severityRank } from "#lib/domain/severity.ts";
import { cleanText } from "#lib/domain/text.ts";
import { StoreRaced, type Transaction, takeChanges } from "../../client.ts";
import { insertRecords, updateRecords } from "../../records.ts";
import { detectionEvents, detectionSources, detections } from "../../schema/index.ts";

export type EventInput = Pick<
  typeof detectionEvents.$inferInsert,
  "id" | "kind" | "actor" | "source" | "detail" | "note"
>;

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
      ref: detectionSources.ref,
      normalised: detectionSources.normalised,
      polled: detectionSources.polled,
      delivered: detectionSources.delivered,
    })
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

type Source = Partial<typeof detectionSources.$inferInsert>;

/**
 * What to write for a detection. `shown` combines the observations of the poll and the webhook. `source` has the changed
 * columns of `detection_sources`.
 */
type WrittenDetection = { shown: NormalisedDetection; source: Source };

type NewDetection = WrittenDetection & {
  id: string;
  vendor: string;
  identity: Buffer;
  configurationId: string;
  event: EventInput;
};

/** Compresses a text in the format in which the database stores alerts. */
export const gzipped = (text: string) => gzipSync(Buffer.from(text, "utf8"), { level: 6 });

function listColumns(detection: NormalisedDetection) {
  const words = [
    detection.title,
    detection.alertType,
    detection.compromisedEntity,
    detection.resourceName,
    ...detection.entities.map((entity) => entity.name),
  ];
  return {
    title: detection.title,
    alertType: detection.alertType,
    severity: detection.severity,
    severityRank: severityRank[detection.severity],
    status: detection.status,
    resourceName: detection.resourceName,
    resourceType: detection.resourceType,
    tactics: detection.tactics,
    isSample: detection.isSample,
    isIncident: detection.isIncident,
    searchText: cleanText([...new Set(words)].join("\n").toLowerCase(), 4_000),
  };
}

const occurredAtOf = ({ generatedAt, startedAt }: NormalisedDetection) => {
  const at = generatedAt ?? startedAt;
  return at ? new Date(at) : null;
};

/**
 * Inserts up to 200 new detections with their rows in `detection_sources`, change numbers and first timeline entries. Throws
 * StoreRaced if another transaction has just inserted one of the detections.
 */
export async function insertDetections(
  tx: Transaction,
  organisationId: string,
  rows: NewDetection[],
  receivedAt: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const first = (await takeChanges(tx, organisationId, rows.length)) - rows.length + 1;
  // pipelined; the first failure rejects all
  const [, inserted] = await Promise.all([
    insertRecords(
      tx,
      detections,
      rows.map(({ id, configurationId, shown }, index) => ({
        syncState: "idle" as const,
        ...listColumns(shown),
        organisationId,
        id,
        configurationId,
        occurredAt: occurredAtOf(shown) ?? receivedAt,
        receivedAt,
        changeSequence: first + index,
      })),
    ),
    insertRecords(
      tx,
      detectionSources,
      rows.map(({ id, vendor, identity, configurationId, shown, source }) => ({
        readAt: receivedAt,
        readTicket: 0,
        missedPolls: 0,
        ...source,
        vendorStatus: shown.status,
        organisationId,
        detectionId: id,
        configurationId,
        vendor,
        identity,
      })),
      sql`on conflict (organisation_id, identity) do nothing returning detection_id`,
    ),
    insertRecords(
      tx,
      detectionEvents,
      rows.map(({ id, event }, index) => ({
        organisationId,
        detectionId: id,
        at: receivedAt,
        changeSequence: first + index,
        position: 0,
        ...event,
      })),
    ),
  ]);
  if (inserted.length < rows.length) throw new StoreRaced();
}

/**
 * Updates up to 200 locked detections, each with a change number and timeline entries. A detection never changes its
 * configuration.
 */
export async function updateDetections(
  tx: Transaction,
  organisationId: string,
  rows: (WrittenDetection & { held: StoredDetection; events: EventInput[] })[],
  at: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const first = (await takeChanges(tx, organisationId, rows.length)) - rows.length + 1;
  await Promise.all([
    updateRecords(
      tx,
      detections,
      organisationId,
      detections.id,
      rows.map(({ held, shown }, index) => ({
        ...listColumns(shown),
        id: held.id,
        occurredAt: occurredAtOf(shown) ?? held.occurredAt,
        changeSequence: first + index,
      })),
      // a diverged or failed change is outdated once the vendor has another status
      sql`, sync_state = case when t.sync_state in ('diverged', 'failed') and t.status <> r.status
        then 'idle' else t.sync_state end`,
    ),
    updateRecords(
      tx,
      detectionSources,
      organisationId,
      detectionSources.detectionId,
      rows.map(({ held, shown, source }) => ({
        ...source,
        vendorStatus: shown.status,
        detectionId: held.id,
      })),
    ),
    insertRecords(
      tx,
      detectionEvents,
      rows.flatMap(({ held, events }, index) =>
        events.map((event, position) => ({
          organisationId,
          detectionId: held.id,
          at,
          changeSequence: first + index,
          position,
          ...event,
        })),
      ),
    ),
  ]);
}

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
