import { getPolicy } from "#db/queries/alerting/policy.ts";
import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

/** Returns the organisation's notification policy. Throws `forbidden`. */
export async function getNotificationPolicy(ctx: Context): Promise<NotificationPolicy> {
  authorise(ctx, "settings.manage");
  return inOwnOrganisation(ctx, (tx) => getPolicy(tx, ctx.actor.organisationId));
}
