import { getPolicy, putPolicy } from "#db/queries/alerting/policy.ts";
import { moveEscalations } from "#db/queries/alerting/queue.ts";
import { lockPlanning } from "#db/queries/alerting/recent-notifications.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { PolicyInput } from "#lib/schemas/notification-preferences.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

/**
 * Saves the organisation's notification policy. Another `escalateMinutes` also holds for the escalations that wait already. Throws
 * `forbidden` and `invalid`.
 */
export async function setNotificationPolicy(ctx: Context, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const parsed = PolicyInput.safeParse(rawInput);
  if (!parsed.success)
    throw new ServiceError(
      "invalid",
      parsed.error.issues[0]?.message ?? "That can't be read. Reload the page and try again.",
    );
  await inOwnOrganisation(ctx, async (tx) => {
    await lockPlanning(tx, organisationId);
    const before = await getPolicy(tx, organisationId);
    const byMinutes = parsed.data.escalateMinutes - before.escalateMinutes;
    if (byMinutes !== 0) await moveEscalations(tx, organisationId, byMinutes * 60_000);
    await putPolicy(tx, organisationId, parsed.data);
    const subject = { kind: "organisation", id: organisationId };
    await recordAudit(ctx, tx, "notifications.rules_changed", subject, parsed.data);
  });
}
