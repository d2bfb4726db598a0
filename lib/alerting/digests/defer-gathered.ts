import type { Transaction } from "#db/client.ts";
import { deleteNotifications, type GatheredAlert } from "#db/queries/alerting/gathered.ts";
import { deferred } from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import type { TeamPerson } from "../routing/list-people.ts";
import type { OpenDetection } from "../routing/open-detections.ts";
import { openPlan, planNotifications } from "../routing/plan-notifications.ts";
import { writePlan } from "../routing/write-plan.ts";

/** Defers alerts that were gathered for a person until the person's hours begin. */
export async function deferGathered(
  services: Services,
  tx: Transaction,
  person: TeamPerson,
  alerts: readonly GatheredAlert[],
  open: ReadonlyMap<string, OpenDetection>,
): Promise<void> {
  const [first] = open.values();
  if (!first || alerts.length === 0) return;
  const { organisationId } = first.detection;
  await deleteNotifications(
    tx,
    organisationId,
    alerts.map(({ id }) => id),
  );
  const plan = await openPlan(services, tx, organisationId);
  for (const { detectionId, reason } of alerts) {
    const found = open.get(detectionId);
    const deferredReason = reason === "fallback" ? "fallback" : "raised";
    if (found) planNotifications(plan, found.detection, [deferred(person, deferredReason, services.now())]);
  }
  await writePlan(tx, plan);
}
