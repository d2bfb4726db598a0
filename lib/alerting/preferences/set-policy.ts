import { getPolicy, putPolicy } from "#db/queries/alerting/policy.ts";
import { moveEscalations } from "#db/queries/alerting/queue.ts";
import { lockPlanning } from "#db/queries/alerting/recent-notifications.ts";
import { PolicyInput } from "#lib/schemas/notification-preferences.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { parseChanges } from "./parse-input.ts";

/**
 * Saves those values of the organisation's notification policy that the input has. The others stay as they are, because an
 * open page may be older than they are. Another `escalateMinutes` also holds for the escalations that wait already. Throws
 * `forbidden` and `invalid`.
 */
export async function setNotificationPolicy(ctx: Context, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    await lockPlanning(tx, organisationId);
    const before = await getPolicy(tx, organisationId);
    const policy = parseChanges(PolicyInput, before, rawInput);
    const byMinutes = policy.escalateMinutes - before.escalateMinutes;
    if (byMinutes !== 0) await moveEscalations(tx, organisationId, byMinutes * 60_000);
    await putPolicy(tx, organisationId, policy);
    const subject = { kind: "organisation", id: organisationId };
    await recordAudit(ctx, tx, "notifications.rules_changed", subject, policy);
  });
}
