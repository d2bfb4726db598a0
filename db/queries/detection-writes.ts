import { gzipSync } from "node:zlib";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { cleanJson } from "#lib/domain/json.ts";
import { severityRank } from "#lib/domain/severity.ts";
import { type Transaction, takeChanges } from "../client.ts";
import { detectionEvents, detectionPayloads, detections, skippedAlerts } from "../schema/index.ts";

/** An alert read from a vendor, ready to be stored. */
export type IncomingDetection = {
  id: string;
  identity: Buffer;
  contentHash: Buffer;
  configurationId: string;
  /** as received */
  raw: string;
  value: Json;
  detection: NormalisedDetection;
};
export type EventInput = Pick<
  typeof detectionEvents.$inferInsert,
  "id" | "kind" | "actor" | "source" | "detail" | "note"
>;

/** Those of `identities` that are stored, with what tells whether they changed; nothing is locked. */
export async function listByIdentity(tx: Transaction, organisationId: string, identities: Buffer[]) {
  if (identities.length === 0) return [];
  return tx
    .select({
      identity: detections.identity,
      contentHash: detections.contentHash,
      status: detections.status,
      readAt: detections.readAt,
    })
    .from(detections)
    .where(and(eq(detections.organisationId, organisationId), inArray(detections.identity, identities)));
}

/** Those of `identities` that are stored, with all that a comparison needs; locked until commit. */
export async function lockByIdentity(tx: Transaction, organisationId: string, identities: Buffer[]) {
  if (identities.length === 0) return [];
  return tx
    .select({
      id: detections.id,
      identity: detections.identity,
      contentHash: detections.contentHash,
      status: detections.status,
      readAt: detections.readAt,
      normalised: detectionPayloads.normalised,
    })
    .from(detections)
    .innerJoin(
      detectionPayloads,
      and(
        eq(detectionPayloads.organisationId, detections.organisationId),
        eq(detectionPayloads.detectionId, detections.id),
      ),
    )
    .where(and(eq(detections.organisationId, organisationId), inArray(detections.identity, identities)))
    .orderBy(detections.id)
    .for("update", { of: detections });
}

function hotColumns(incoming: IncomingDetection, receivedAt: Date) {
  const d = incoming.detection;
  const occurredAt = d.generatedAt ?? d.startedAt;
  const words = [
    d.title,
    d.alertType,
    d.compromisedEntity,
    d.resourceName,
    ...d.entities.map((entity) => entity.name),
  ];
  return {
    configurationId: incoming.configurationId,
    contentHash: incoming.contentHash,
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
    occurredAt: occurredAt ? new Date(occurredAt) : receivedAt,
    searchText: [...new Set(words)].join("\n").toLowerCase().slice(0, 4_000),
  };
}

/** Stores new detections, at most 200, each with its own change number and a first timeline entry. */
export async function insertDetections(
  tx: Transaction,
  organisationId: string,
  incoming: IncomingDetection[],
  readAt: Date,
  receivedAt: Date,
  firstEvent: (incoming: IncomingDetection) => EventInput,
): Promise<void> {
  if (incoming.length === 0) return;
  const first = (await takeChanges(tx, organisationId, incoming.length)) - incoming.length + 1;
  await tx.insert(detections).values(
    incoming.map((one, index) => ({
      organisationId,
      id: one.id,
      identity: one.identity,
      ...hotColumns(one, receivedAt),
      receivedAt,
      readAt,
      changeSequence: first + index,
    })),
  );
  await tx.insert(detectionPayloads).values(incoming.map((one) => payloadOf(organisationId, one.id, one)));
  await tx.insert(detectionEvents).values(
    incoming.map((one, index) => ({
      organisationId,
      detectionId: one.id,
      at: receivedAt,
      changeSequence: first + index,
      ...firstEvent(one),
    })),
  );
}

function payloadOf(organisationId: string, detectionId: string, one: IncomingDetection) {
  return {
    organisationId,
    detectionId,
    raw: gzipSync(Buffer.from(one.raw, "utf8"), { level: 6 }),
    cleaned: cleanJson(one.value),
    normalised: one.detection,
  };
}

/** Writes a detection that its vendor changed, and what changed. */
export async function updateDetection(
  tx: Transaction,
  organisationId: string,
  id: string,
  incoming: IncomingDetection,
  readAt: Date,
  at: Date,
  events: EventInput[],
): Promise<void> {
  const { occurredAt: _kept, ...columns } = hotColumns(incoming, at);
  const changeSequence = await takeChanges(tx, organisationId, 1);
  await tx
    .update(detections)
    .set({
      ...columns,
      readAt,
      changeSequence,
      // what was said of a change that didn't take is over once the vendor shows another status
      syncState: sql`case when ${detections.syncState} in ('diverged', 'failed')
        and ${detections.status} <> ${columns.status} then 'idle' else ${detections.syncState} end`,
    })
    .where(and(eq(detections.organisationId, organisationId), eq(detections.id, id)));
  const { raw, cleaned, normalised } = payloadOf(organisationId, id, incoming);
  await tx
    .update(detectionPayloads)
    .set({ raw, cleaned, normalised })
    .where(and(eq(detectionPayloads.organisationId, organisationId), eq(detectionPayloads.detectionId, id)));
  await insertEvents(tx, organisationId, id, at, changeSequence, events);
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

/** Keeps alerts that couldn't be used, with the reason; the same one again only moves its time. */
export async function putSkippedAlerts(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  skipped: { bodyHash: Buffer; reason: string; body: string }[],
): Promise<void> {
  if (skipped.length === 0) return;
  await tx
    .insert(skippedAlerts)
    .values(
      skipped.map((one) => ({
        organisationId,
        configurationId,
        bodyHash: one.bodyHash,
        reason: one.reason,
        body: gzipSync(Buffer.from(one.body.slice(0, 65_536), "utf8")),
      })),
    )
    .onConflictDoUpdate({
      target: [skippedAlerts.organisationId, skippedAlerts.configurationId, skippedAlerts.bodyHash],
      set: { lastSeenAt: sql`now()` },
    });
}
