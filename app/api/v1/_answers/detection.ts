import type { ApiDetection, ApiDetectionItem } from "#lib/schemas/api.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import type { FeedItem } from "#lib/triage/list.ts";

/** A detection of the list as the API tells it. */
export function itemAnswer(one: FeedItem | DetectionDetail): ApiDetectionItem {
  return {
    id: one.id,
    title: one.title,
    severity: one.severity,
    status: one.status,
    pendingStatus: one.pendingStatus,
    syncState: one.syncState,
    resourceName: one.resourceName,
    resourceType: one.resourceType,
    configurationId: one.configurationId,
    configurationName: one.configurationName,
    vendor: one.vendor,
    provider: one.provider,
    tactics: one.tactics,
    isSample: one.isSample,
    isIncident: one.isIncident,
    acknowledgedBy: one.acknowledgedBy,
    acknowledgedAt: one.acknowledgedAt,
    occurredAt: one.occurredAt,
    receivedAt: one.receivedAt,
    changeSequence: one.changeSequence,
  };
}

/** One detection, whole, as the API tells it. */
export function detectionAnswer(one: DetectionDetail): ApiDetection {
  return {
    ...itemAnswer(one),
    pendingChangeId: one.pendingChangeId,
    description: one.description,
    alertType: one.alertType,
    productComponent: one.productComponent,
    compromisedEntity: one.compromisedEntity,
    techniques: one.techniques,
    resources: one.resources,
    entities: one.entities,
    extendedProperties: one.extendedProperties,
    remediationSteps: one.remediationSteps,
    links: one.links,
    remarks: one.remarks,
    startedAt: one.startedAt,
    endedAt: one.endedAt,
    generatedAt: one.generatedAt,
    vendorUrl: one.consoleUrl,
    lastNote: one.lastNote,
    stateMessage: one.stateSentence,
    writeProblem: one.writeProblem,
    changesBlocked: one.writeBlock,
    unconfirmedSince: one.unconfirmedSince,
    canTriage: one.canTriage,
    noteRequired: [...one.noteRequired],
    timeline: one.timeline.map(({ id, at, text, by, where, note }) => ({ id, at, text, by, where, note })),
    raw: one.raw,
  };
}
