import type { Transaction } from "#db/client.ts";
import type { OutgoingDeliveryRow } from "#db/queries/alerting/outgoing-webhook.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { getDetectionRow } from "#db/queries/triage/detections.ts";
import type { Services } from "#lib/core/context.ts";

/**
 * Builds the JSON body of an event from the current data. Returns null if the alert or configuration was deleted.
 * Leaves out an alert's title if notifications are private or the configuration is delegated.
 */
export async function eventBody(
  services: Services,
  tx: Transaction,
  delivery: OutgoingDeliveryRow,
): Promise<string | null> {
  const data = await eventData(services, tx, delivery);
  if (!data) return null;
  const { type, createdAt } = delivery;
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), data });
}

async function eventData({ portalUrl }: Services, tx: Transaction, delivery: OutgoingDeliveryRow) {
  const { organisationId, type, subjectId, configurationId, reason } = delivery;
  if (type === "test") return { id: subjectId, url: `${portalUrl}/settings/outgoing-webhook` };
  if (type === "configuration.action_needed" || type === "configuration.recovered") {
    const found = configurationId && (await getConfiguration(tx, organisationId, configurationId));
    if (!found) return null;
    const { id, displayName } = found.configuration;
    const url = `${portalUrl}/settings/configurations/${id}`;
    return { id: subjectId, url, configuration: { id, displayName }, reason };
  }
  const found = await getDetectionRow(tx, organisationId, subjectId);
  if (!found) return null;
  const { detection, source, configuration } = found;
  const { isPrivate } = await getPolicy(tx, organisationId);
  return {
    id: subjectId,
    url: `${portalUrl}/detections/${subjectId}`,
    severity: detection.severity,
    ...(isPrivate || configuration.readAs === "person" ? {} : { title: detection.title }),
    configuration: { id: configuration.id, displayName: configuration.displayName },
    status: detection.status,
    generatedAt: source.normalised.generatedAt,
  };
}
