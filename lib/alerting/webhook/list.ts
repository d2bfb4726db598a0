import { listOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { listAccess } from "#lib/core/access.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

const shown = 100;

/**
 * The newest 100 of what the webhook was told of, and how far each came. What an alert is called is for those who may see it; a
 * configuration's name is for every admin.
 */
export async function listOutgoingDeliveries(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const access = await listAccess(ctx, tx);
    const rows = await listOutgoing(tx, organisationId, shown);
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
