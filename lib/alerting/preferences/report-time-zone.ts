import { recordTimeZone } from "#db/queries/alerting/preferences.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { TimeZoneInput } from "#lib/schemas/notification-preferences.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "../devices/owner.ts";

/**
 * Records the time zone of the caller's browser, so that only urgent alerts notify the caller at night. Does nothing if the
 * caller has said when they are on shift. Throws `forbidden` and `invalid`, and `sign_in_again` for a session that is good for
 * alerts only: whoever holds a lost phone must not move its owner's night.
 */
export async function reportTimeZone(ctx: Context, rawTimeZone: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const timeZone = TimeZoneInput.safeParse(rawTimeZone);
  if (!timeZone.success) throw new ServiceError("invalid", "This browser's time zone isn't known here.");
  await inOwnOrganisation(ctx, (tx) =>
    recordTimeZone(tx, organisationId, userId, timeZone.data, ctx.services.now()),
  );
}
