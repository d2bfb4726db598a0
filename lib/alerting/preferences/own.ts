import { lockOpenNotice } from "#db/queries/alerting/digests.ts";
import { hastenNotification } from "#db/queries/alerting/queue.ts";
import { getPreferences, putPreferences } from "#db/queries/alerting/preferences.ts";
import { defaultPreferences, type Preferences } from "#lib/domain/recipients.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { PreferencesInput } from "#lib/schemas/device.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "../devices/owner.ts";

/** What the person who asks wishes to be told of. */
export async function getOwnPreferences(ctx: Context): Promise<Preferences> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  return (
    (await inOwnOrganisation(ctx, (tx) => getPreferences(tx, organisationId, userId))) ?? defaultPreferences
  );
}

/** Changes that. Throws `invalid`. */
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
    // what waits for hours that are others now is looked at again
    const about = { kind: "digest", configurationId: null, userId } as const;
    const digest = await lockOpenNotice(tx, organisationId, about);
    if (digest) await hastenNotification(tx, "notice", digest.id);
    await recordAudit(ctx, tx, "notifications.changed", { kind: "user", id: userId }, parsed.data);
  });
}
