import { lockOpenDigest } from "#db/queries/alerting/digests.ts";
import { putPreferences } from "#db/queries/alerting/preferences.ts";
import { hastenAlertingWork } from "#db/queries/alerting/queue.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { PreferencesInput } from "#lib/schemas/notification-preferences.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "../devices/owner.ts";

/** Saves the caller's preferences. Throws `forbidden` and `invalid`. */
export async function setOwnPreferences(ctx: Context, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const parsed = PreferencesInput.safeParse(rawInput);
  if (!parsed.success)
    throw new ServiceError(
      "invalid",
      parsed.error.issues[0]?.message ?? "That can't be read. Reload the page and try again.",
    );
  await inOwnOrganisation(ctx, async (tx) => {
    await putPreferences(tx, organisationId, userId, parsed.data, ctx.services.now());
    // the new hours may begin at another time
    const digest = await lockOpenDigest(tx, organisationId, "off_hours", userId);
    if (digest) await hastenAlertingWork(tx, "digest", digest.id);
    await recordAudit(ctx, tx, "notifications.changed", { kind: "user", id: userId }, parsed.data);
  });
}
