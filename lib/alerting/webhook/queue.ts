import type { Transaction } from "#db/client.ts";
import { queueNotifications } from "#db/queries/alerting/queue.ts";
import { getOutgoingSubject, getWebhook, insertOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { severityCountedAs } from "#lib/domain/recipients.ts";
import type { OutgoingEvent } from "#lib/domain/outgoing.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";

/**
 * Queues what happened for the organisation's webhook, if it has one that is on and is told of such, in the transaction in which it
 * happened. Each type is queued once a detection or notice, however often this is called.
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
  if ("noticeId" in event) {
    const { noticeId: subjectId, configurationId, reason } = event;
    if (!(await insertOutgoing(tx, { ...row, subjectId, configurationId, reason }))) return;
  } else {
    const { detectionId: subjectId } = event;
    const found = await getOutgoingSubject(tx, organisationId, subjectId);
    if (!found || !webhook.severities.includes(severityCountedAs(found.severity))) return;
    if (!(await insertOutgoing(tx, { ...row, subjectId, configurationId: found.configurationId }))) return;
  }
  await queueNotifications(tx, organisationId, "outgoing", [id], newId);
}
