import { findLiveApiToken, touchApiToken } from "#db/queries/identity/api-tokens.ts";
import { permissionsOf } from "#lib/domain/access-token.ts";
import { isTokenText } from "#lib/domain/token-text.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Actor, Services } from "#lib/core/context.ts";

/** the minimum time between two writes of a token's last use, so that not every request causes a write */
const touchEveryMs = 60_000;

/**
 * Returns the actor of an API token: the token's person with their current role, limited to the token's scopes. Returns
 * null if the token is invalid, or if the person has left the organisation.
 */
export async function findToken(
  services: Services,
  text: string,
): Promise<Extract<Actor, { kind: "user" }> | null> {
  if (!isTokenText("access", text)) return null;
  const now = services.now();
  const tokenHash = sha256(text);
  const found = await findLiveApiToken(services.db, tokenHash, now);
  if (!found) return null;
  const { token, userName, role } = found;
  if (!token.lastUsedAt || now.getTime() - token.lastUsedAt.getTime() > touchEveryMs)
    await touchApiToken(services.db, tokenHash, now);
  return {
    kind: "user",
    userId: token.userId,
    name: userName,
    role,
    organisationId: token.organisationId,
    token: { id: token.id, name: token.name, permissions: permissionsOf(token.scopes) },
  };
}
