import type { ApiDetection, ApiDetectionItem } from "#lib/schemas/api.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import type { FeedItem } from "#lib/triage/list.ts";

/** Converts a detection of the list to the format of the HTTP API. */
export function itemAnswer(detection: FeedItem | DetectionDetail): ApiDetectionItem {
  return {
    id: detection.id,
    title: detection.title,
    severity: detection.severity,
    status: detection.status,
    box: detection.box,
    pendingStatus: detection.pendingStatus,
    syncState: detection.syncState,
    resourceName: detection.resourceName,
    resourceType: detection.resourceType,
    configurationId: detection.configurationId,
    configurationName: detection.configurationName,
    vendor: detection.vendor,
    provider: detection.provider,
    tactics: detection.tactics,
    isSample: detection.isSample,
    isIncident: detection.isIncident,
    ownerId: detection.ownerId,
    verdict: detection.verdict,
    reason: detection.reason,
    acknowledgedBy: detection.acknowledgedBy,
    silentOwner: detection.silentOwner,
    commentCount: detection.commentCount,
    reference: detection.reference,
    acknowledgedAt: detection.acknowledgedAt,
    occurredAt: detection.occurredAt,
    receivedAt: detection.receivedAt,
    changeSequence: detection.changeSequence,
  };
}

/** Converts a whole detection to the format of the HTTP API. */
export function detectionAnswer(detection: DetectionDetail): ApiDetection {
  return {
    ...itemAnswer(detection),
    pendingChangeId: detection.pendingChangeId,
    description: detection.description,
    alertType: detection.alertType,
    productComponent: detection.productComponent,
    compromisedEntity: detection.compromisedEntity,
    techniques: detection.techniques,
    resources: detection.resources,
    entities: detection.entities,
    extendedProperties: detection.extendedProperties,
    remediationSteps: detection.remediationSteps,
    links: detection.links,
    remarks: detection.remarks,
    startedAt: detection.startedAt,
    endedAt: detection.endedAt,
    generatedAt: detection.generatedAt,
    vendorUrl: detection.consoleUrl,
    lastNote: detection.lastNote,
    stateMessage: detection.stateSentence,
    writeProblem: detection.writeProblem,
    changesBlocked: detection.writeBlock,
    unconfirmedSince: detection.unconfirmedSince,
    canTriage: detection.canTriage,
    noteRequired: [...detection.noteRequired],
    timeline: detection.timeline.map(({ id, at, text, by, where, note }) => ({
      id,
      at,
      text,
      by,
      where,
      note,
    })),
    raw: detection.raw,
  };
}
