import { gzipSync } from "node:zlib";
import { and, eq, sql } from "drizzle-orm";
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

const heldColumns = {
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

/** Those of `identities` that are stored, with what tells whether a copy is news; nothing is locked. */
export async function listByIdentity(tx: Transaction, organisationId: string, identities: Buffer[]) {
  if (identities.length === 0) return [];
  return tx
    .select(heldColumns)
    .from(detectionSources)
    .where(and(eq(detectionSources.organisationId, organisationId), isOneOf(identities)))
    .prepare("list_by_identity")
    .execute();
}

const isOneOf = (identities: Buffer[]) =>
  sql`${detectionSources.identity} = any (${`{${identities.map((one) => `"\\\\x${one.toString("hex")}"`).join()}}`}::bytea[])`;

/**
 * Those of `identities` that are stored, with their copies; locked until commit, always in the same order, the hot row
 * before its source. Both are locked, since only what is locked is read anew once another transaction lets it go.
 */
export async function lockByIdentity(tx: Transaction, organisationId: string, identities: Buffer[]) {
  if (identities.length === 0) return [];
  return tx
    .select({
      ...heldColumns,
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

/** What is written of a detection: what is shown of it, and what of its source the copy that came says. */
type WrittenDetection = { configurationId: string; shown: NormalisedDetection; source: Source };

/** Text as it is kept. */
export const gzipped = (text: string) => gzipSync(Buffer.from(text, "utf8"), { level: 6 });

function hotColumns(d: NormalisedDetection) {
  const words = [
    d.title,
    d.alertType,
    d.compromisedEntity,
    d.resourceName,
    ...d.entities.map((entity) => entity.name),
  ];
  return {
    title: d.title,
    alertType: d.alertType,
    severity: d.severity,
    severityRank: severityRank[d.severity],
    status: d.status,
    resourceName: d.resourceName,
    resourceType: d.resourceType,
    tactics: d.tactics,
    isSample: d.isSample,
    isIncident: d.isIncident,
    searchText: cleanText([...new Set(words)].join("\n").toLowerCase(), 4_000),
  };
}

const occurredAtOf = ({ generatedAt, startedAt }: NormalisedDetection) => {
  const at = generatedAt ?? startedAt;
  return at ? new Date(at) : null;
};

/**
 * Stores new detections, at most 200, each with its source, its own change number and a first timeline entry. Throws
 * StoreRaced when one of them was stored by another transaction meanwhile.
 */
export async function insertDetections(
  tx: Transaction,
  organisationId: string,
  rows: (WrittenDetection & { id: string; vendor: string; identity: Buffer; event: EventInput })[],
  receivedAt: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const first = (await takeChanges(tx, organisationId, rows.length)) - rows.length + 1;
  // on their way together; the first that fails ends them all
  const [, inserted] = await Promise.all([
    insertRecords(
      tx,
      detections,
      rows.map(({ id, configurationId, shown }, index) => ({
        syncState: "idle" as const,
        ...hotColumns(shown),
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

/** Writes what copies changed on locked detections, at most 200, with a change number and timeline entries each. */
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
      rows.map(({ held, configurationId, shown }, index) => ({
        ...hotColumns(shown),
        id: held.id,
        configurationId,
        occurredAt: occurredAtOf(shown) ?? held.occurredAt,
        changeSequence: first + index,
      })),
      // what was said of a change that didn't take is over once the vendor shows another status
      sql`, sync_state = case when t.sync_state in ('diverged', 'failed') and t.status <> r.status
        then 'idle' else t.sync_state end`,
    ),
    updateRecords(
      tx,
      detectionSources,
      organisationId,
      detectionSources.detectionId,
      rows.map(({ held, configurationId, shown, source }) => ({
        ...source,
        vendorStatus: shown.status,
        configurationId,
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

/** Adds timeline entries under one change number, in their order. */
export async function insertEvents(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
  at: Date,
  changeSequence: number,
  events: EventInput[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.insert(detectionEvents).values(
    events.map((event, position) => ({
      organisationId,
      detectionId,
      at,
      changeSequence,
      position,
      ...event,
    })),
  );
}
