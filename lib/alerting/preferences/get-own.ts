import { getPreferences } from "#db/queries/alerting/preferences.ts";
import { defaultPreferences, type Preferences } from "#lib/domain/recipients.ts";
import type { Shift } from "#lib/domain/shift.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "../devices/owner.ts";

/** Returns the caller's preferences. Throws `forbidden`. */
export async function getOwnPreferences(ctx: Context): Promise<Preferences> {
  authorise(ctx, "settings.own");
  return read(ctx);
}

/**
 * Returns when the caller is on shift, and whether the caller should be asked: they haven't said, and their notifications are
 * on. Throws `forbidden`.
 */
export async function getOwnShift(ctx: Context): Promise<{ shift: Shift; isAsked: boolean }> {
  authorise(ctx, "detections.read");
  const { shift, isOn } = await read(ctx);
  return { shift, isAsked: isOn && shift.kind === "unanswered" };
}

async function read(ctx: Context): Promise<Preferences> {
  const { userId, organisationId } = ownerOf(ctx.actor);
  const saved = await inOwnOrganisation(ctx, (tx) => getPreferences(tx, organisationId, userId));
  if (!saved) return defaultPreferences;
  const { offSince: _offSince, ...preferences } = saved;
  return preferences;
}
