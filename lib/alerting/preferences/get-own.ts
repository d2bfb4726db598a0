import { getPreferences } from "#db/queries/alerting/preferences.ts";
import { defaultPreferences, type Preferences } from "#lib/domain/recipients.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "../devices/owner.ts";

/** Returns the caller's preferences. Throws `forbidden`. */
export async function getOwnPreferences(ctx: Context): Promise<Preferences> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const saved = await inOwnOrganisation(ctx, (tx) => getPreferences(tx, organisationId, userId));
  return saved ?? defaultPreferences;
}
