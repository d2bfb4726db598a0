import type { Transaction } from "#db/client.ts";
import { getDevice } from "#db/queries/alerting/devices.ts";
import { listLiveTokens, wasEndedFor } from "#db/queries/identity/liveness.ts";
import { getRole, listRoles } from "#db/queries/identity/people.ts";
import { findSession } from "#db/queries/identity/sessions.ts";
import { permissionsOf } from "#lib/domain/access-token.ts";
import type { Requester } from "#lib/domain/requester.ts";
import { type Permission, roleAllows } from "#lib/domain/roles.ts";
import { alertPermissions, barringReasons, reachOf, type SessionReach } from "#lib/domain/session.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { type Actor, type Context, type Services, signInAgain } from "./context.ts";

/** Returns who asks for work that is done later; null if one of PocketSOC's own programs does. */
export function requesterOf(actor: Actor): Requester | null {
  if (actor.kind === "system") return null;
  const { userId, sessionHash, token } = actor;
  return {
    userId,
    ...(sessionHash ? { sessionHash: sessionHash.toString("hex") } : {}),
    ...(token ? { tokenId: token.id } : {}),
  };
}

/**
 * Whether work that a person asked for earlier may still be done in their name. Reads the database now. The person must
 * still have the permission. Their API token must be live. Their session may have ended, but not because somebody took its
 * access away. Locks nothing.
 */
export async function mayStill(
  services: Services,
  tx: Transaction,
  organisationId: string,
  { userId, sessionHash, tokenId }: Requester,
  permission: Permission,
): Promise<boolean> {
  const role = (await listRoles(tx, organisationId, [userId])).get(userId);
  if (!role || !roleAllows(role, permission)) return false;
  if (tokenId && !(await tokenAllows(services, tx, tokenId, permission))) return false;
  return !(sessionHash && (await wasEndedFor(tx, Buffer.from(sessionHash, "hex"), barringReasons)));
}

async function tokenAllows(
  services: Services,
  tx: Transaction,
  tokenId: string,
  permission: Permission,
): Promise<boolean> {
  const live = (await listLiveTokens(tx, [tokenId], services.now())).get(tokenId);
  return live !== undefined && permissionsOf(live.scopes).includes(permission);
}

/**
 * Checks the permission again at the end of long work, with the role, the session with its device, and the API token that
 * the database has now. Throws ServiceError `forbidden`, `unauthenticated` or `sign_in_again`.
 */
export async function reauthorise(ctx: Context, tx: Transaction, permission: Permission): Promise<void> {
  const { actor, services } = ctx;
  if (actor.kind === "system") return;
  const role = await getRole(tx, actor.organisationId, actor.userId);
  if (!role || !roleAllows(role, permission))
    throw new ServiceError(
      "forbidden",
      "Your role was changed meanwhile and doesn't allow this any more, so nothing was saved.",
    );
  if (actor.token && !(await tokenAllows(services, tx, actor.token.id, permission)))
    throw new ServiceError(
      "forbidden",
      "The personal access token was revoked or expired meanwhile, so nothing was saved. Make another one under Settings > API tokens.",
    );
  if (!actor.sessionHash) return;
  const reach = await reachNow(services, tx, actor.sessionHash);
  if (!reach)
    throw new ServiceError(
      "unauthenticated",
      "Your session ended meanwhile, so nothing was saved. Sign in again, then try once more.",
    );
  if (reach === "alerts" && !alertPermissions.includes(permission)) throw signInAgain();
}

/** Returns what a session allows now, or null if it has ended. */
async function reachNow(
  services: Services,
  tx: Transaction,
  sessionHash: Buffer,
): Promise<SessionReach | null> {
  const found = await findSession(tx, sessionHash);
  if (!found) return null;
  const { session } = found;
  const device =
    session.organisationId && session.deviceId
      ? await getDevice(tx, session.organisationId, session.deviceId)
      : undefined;
  return reachOf(session, device?.userId === session.userId ? device : undefined, services.now());
}
