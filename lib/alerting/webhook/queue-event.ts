import type { Transaction } from "#db/client.ts";
import { getOutgoingSubject, getWebhook, insertOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import type { OutgoingEvent } from "#lib/domain/outgoing.ts";
import { severityCountedAs } from "#lib/domain/recipients.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";

/**
 * Queues an event for the organisation's outgoing webhook, if the webhook is on and accepts the event. Call it in the
 * transaction that makes the change. A repeated call for the same type and detection or alarm queues nothing.
 */
export async function queueOutgoing(
  services: Services,
  tx: Transaction,
  organisationId: string,
  event: OutgoingEvent,
): Promise<void> {
  const webhook = await getWebhook(tx, organisationId);
  if (!webhook?.isOn) return;
  const id = newId();
  const row = { organisationId, id, type: event.type, createdAt: services.now() };
  if ("alarmId" in event) {
    const { alarmId: subjectId, configurationId, reason } = event;
    if (!(await insertOutgoing(tx, { ...row, subjectId, configurationId, reason }))) return;
  } else {
    const { detectionId: subjectId } = event;
    const detection = await getOutgoingSubject(tx, organisationId, subjectId);
    if (!detection || !webhook.severities.includes(severityCountedAs(detection.severity))) return;
    const { configurationId } = detection;
    if (!(await insertOutgoing(tx, { ...row, subjectId, configurationId }))) return;
  }
  await queueAlertingWork(tx, organisationId, "outgoing", [id], newId);
}
