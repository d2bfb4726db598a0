import { gzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { severityRank } from "#lib/domain/severity.ts";
import { cleanText } from "#lib/domain/text.ts";
import { StoreRaced, type Transaction, takeChanges } from "../../client.ts";
import { insertRecords, updateRecords } from "../../records.ts";
import { detectionEvents, detectionSources, detections } from "../../schema/index.ts";
import type { EventInput } from "./detection-events.ts";
import type { StoredDetection } from "./stored-detections.ts";

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
  isBacklog: boolean;
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
      rows.map(({ id, configurationId, isBacklog, shown }, index) => ({
        isBacklog,
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
