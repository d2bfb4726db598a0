import type { Transaction } from "#db/client.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { newId } from "#lib/platform/ids.ts";

/**
 * Queues detections to be escalated after the policy's `escalateMinutes`. Includes detections that could notify nobody,
 * because somebody may be reachable later.
 */
export async function queueEscalations(
  tx: Transaction,
  organisationId: string,
  detectionIds: readonly string[],
): Promise<void> {
  if (detectionIds.length === 0) return;
  const { escalateMinutes } = await getPolicy(tx, organisationId);
  await queueAlertingWork(tx, organisationId, "escalation", detectionIds, newId, escalateMinutes * 60_000);
}
