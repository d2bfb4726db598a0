import { listOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { listAccess } from "#lib/core/access.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

const listedMax = 100;

/**
 * Lists the newest 100 events of the outgoing webhook with their states. Leaves out the titles of alerts that the
 * caller may not see. Throws `forbidden`.
 */
export async function listOutgoingDeliveries(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const access = await listAccess(ctx, tx);
    const rows = await listOutgoing(tx, organisationId, listedMax);
    return rows.map(({ delivery, title }) => {
      const { id, type, state, status, attempts, problem, subjectId, reason } = delivery;
      const found = access.find(({ configuration }) => configuration.id === delivery.configurationId);
      const isOfDetection = type === "detection.raised" || type === "detection.unacknowledged";
      return {
        id,
        type,
        state,
        status,
        attempts,
        problem,
        reason,
        createdAt: delivery.createdAt.toISOString(),
        nextTryAt: delivery.nextTryAt?.toISOString() ?? null,
        detection: isOfDetection && title !== null && found?.readable ? { id: subjectId, title } : null,
        isOfDetection,
        configurationName: found?.configuration.displayName ?? null,
      };
    });
  });
}
export type OutgoingItem = Awaited<ReturnType<typeof listOutgoingDeliveries>>[number];
