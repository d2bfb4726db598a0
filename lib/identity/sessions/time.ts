import { findSession } from "#db/queries/identity/sessions.ts";
import { isVerified } from "#lib/domain/device.ts";
import { type SessionTime, timeLeft } from "#lib/domain/session.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { authorise, type Context } from "#lib/core/context.ts";
import { deviceOf } from "./live.ts";

/**
 * Returns for how long the caller's session allows everything. `staysForAlerts`: afterwards it allows work on alerts, because
 * its device is verified. Throws `unauthenticated` if no session made the request.
 */
export async function getSessionTime(ctx: Context): Promise<SessionTime & { staysForAlerts: boolean }> {
  authorise(ctx, "detections.read");
  const { actor, services } = ctx;
  const hash = actor.kind === "user" ? actor.sessionHash : undefined;
  const found = hash && (await findSession(services.db, hash));
  if (!found) throw new ServiceError("unauthenticated", "Your session has ended. Sign in again.");
  const now = services.now();
  const device = await deviceOf(services, found.session);
  return { ...timeLeft(found.session, now), staysForAlerts: device !== undefined && isVerified(device, now) };
}
